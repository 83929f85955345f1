import { describe, expect, it } from "vitest";
import { Subjects } from "./subjects";

function ofRuns(runs: Record<string, readonly string[]>): Subjects {
  const names = [...new Set(Object.values(runs).flat())];
  return new Subjects(
    names.map((name) => ({ name, runs: Object.keys(runs).filter((run) => runs[run].includes(name)) })),
  );
}

/** The subject of each of some tags, which are all that there are. */
function subjectsOf(...names: string[]): readonly string[] {
  const subjects = ofRuns({ run: names });
  return names.flatMap((name) => subjects.of(name));
}

/** Tags that are together in one log, and the subject of all of them. */
const ONE_SUBJECT: [string, string, string[]][] = [
  [
    "the three spellings of a module",
    "decoder/3",
    ["grad/decoder.3.weight", "weights/decoder/3", "decoder.3"],
  ],
  [
    "torch: named_parameters, and hooks",
    "fc1",
    [
      ...[
        "fc1.weight",
        "fc1.bias",
        "fc1.weight.grad",
        "fc1.weight_grad",
        "fc1.bias/grad",
        "weights/fc1.weight",
      ],
      ...[
        "gradients/fc1.weight",
        "fc1/output",
        "activations/fc1",
        "fc1.weight/norm",
        "weight_norm/fc1.weight",
      ],
    ],
  ],
  [
    "torch: wrappers",
    "encoder/layers/0/attn",
    [
      ...["encoder.layers.0.attn.weight", "_orig_mod.encoder.layers.0.attn.weight"],
      ...["module.encoder.layers.0.attn.bias", "_fsdp_wrapped_module.encoder.layers.0.attn.weight"],
      ...["grad/_orig_mod.module.encoder.layers.0._checkpoint_wrapped_module.attn.weight"],
    ],
  ],
  [
    "torch: recurrent layers",
    "lstm",
    ["lstm.weight_ih_l0", "grad/lstm.bias_hh_l1_reverse", "lstm.weight_hh_l0"],
  ],
  ["torch: normalisation", "bn1", ["bn1.running_mean", "bn1.num_batches_tracked", "weights/bn1.weight"]],
  [
    "torch: attention",
    "self_attn",
    ["self_attn.in_proj_weight", "grad/self_attn.in_proj_bias", "weights/self_attn"],
  ],
  [
    "Lightning: grad_norm",
    "decoder/3",
    ["grad_2.0_norm/decoder.3.weight", "grad_2.0_norm/decoder.3.bias", "weights/decoder/3"],
  ],
  [
    "Ignite: its handlers of weights and gradients",
    "layer1/0/conv1",
    [
      ...["weights/layer1/0/conv1/weight", "grads/layer1/0/conv1/weight", "grads_norm/layer1/0/conv1/weight"],
      "weights_norm/layer1/0/conv1/bias",
    ],
  ],
  [
    "Hugging Face: modules of a Llama",
    "model/layers/0/self_attn/q_proj",
    [
      ...["model.layers.0.self_attn.q_proj/weight_norm", "gradients/model.layers.0.self_attn.q_proj.weight"],
      ...["parameters/model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.q_proj.weight"],
    ],
  ],
  [
    "torchvision: no dot between digits splits",
    "layer1.0/conv1",
    ["layer1.0.conv1.weight", "grad/layer1.0.conv1.bias"],
  ],
  [
    "timm: modules of a ViT",
    "blocks/11/attn/qkv",
    ["weights/blocks.11.attn.qkv.weight", "grads/blocks.11.attn.qkv.bias", "update_rms/blocks/11/attn/qkv"],
  ],
  [
    "Keras 3: a weight's path",
    "sequential/dense_1",
    [
      "sequential/dense_1/kernel/histogram",
      "sequential/dense_1/bias/histogram",
      "sequential/dense_1/kernel/image",
    ],
  ],
  ["Keras 2: a variable's name", "conv2d", ["conv2d/kernel_0/histogram", "conv2d/bias_0/image"]],
  ["Keras: normalisation", "batch_normalization", ["batch_normalization/gamma/histogram"]],
  [
    "TensorFlow 1: the pictures of a batch",
    "samples",
    ["samples/image/0", "samples/image/1", "samples/image"],
  ],
  ["tensorboardX and PyTorch: texts", "validation/mistakes", ["validation/mistakes/text_summary"]],
  [
    "a layer of normalisation is not a norm",
    "encoder/norm",
    ["encoder/norm/weight", "weights/encoder/norm/bias"],
  ],
];

it.each(ONE_SUBJECT)("%s: %s", (_, subject, names) => {
  // The dots of one path split where another name says so, as the slashes of others do.
  const all = [...names, ...ancestors(subject)];
  const subjects = ofRuns({ run: all });
  expect(names.map((name) => [name, ...subjects.of(name)])).toEqual(names.map((name) => [name, subject]));
});

/** A tag with slashes for each part of a subject, so that dots split at all of them. */
function ancestors(subject: string): string[] {
  return subject.includes("/") ? [`weights/${subject}`] : [];
}

/** Tags that stay as they are. */
const WHOLE = [
  ...["mAP_0.5:0.95", "1. Pre-training", "avg.reward/ep.", "metrics/mAP50-95(B)", "loss", "train/loss"],
  // Lightning.
  ...["train_loss_step", "train_loss_epoch", "lr-Adam/pg1", "grad_2.0_norm_total", "hp_metric", "epoch"],
  // Hugging Face's Trainer: without its last word nothing would be left but the phase.
  ...["train/grad_norm", "train/learning_rate", "eval/loss", "eval/samples_per_second", "train/gamma"],
  // timm, and its models.
  ...["eval_top1", "train/lr", "conv_stem", "head"],
  // Keras.
  ...["epoch_loss", "evaluation_loss_vs_iterations", "batch_accuracy"],
  // stable-baselines3, CleanRL.
  ...["rollout/ep_rew_mean", "charts/episodic_return", "losses/value_loss", "time/fps"],
  ...["weights", "grad", "module", "image", "norm", "eval/hellaswag/acc_norm"],
];

it.each(WHOLE)("%s stays whole", (name) => {
  expect(subjectsOf(name)).toEqual([name]);
});

describe("dots", () => {
  it("split where another tag has a slash or its end, or where three share the text before", () => {
    expect(subjectsOf("a.b")).toEqual(["a.b"]);
    expect(subjectsOf("a.b", "a.c")).toEqual(["a.b", "a.c"]);
    expect(subjectsOf("a.b", "a.c", "a.d")).toEqual(["a/b", "a/c", "a/d"]);
    expect(subjectsOf("a.b", "a/c")).toEqual(["a/b", "a/c"]);
    expect(subjectsOf("attn.grad", "attn.scale")).toEqual(["attn", "attn/scale"]);
    expect(subjectsOf("avg.reward/ep.", "avg.length/ep.")).toEqual(["avg.reward/ep.", "avg.length/ep."]);
  });

  it("of a subject that is named by a link, or by a model, split as those of the tags", () => {
    const subjects = ofRuns({ run: ["weights/decoder/3", "avg.reward/ep."] });
    expect(
      ["decoder.3", "decoder/3", "avg.reward", "decoder.4.mlp", ""].map((s) => subjects.normal(s)),
    ).toEqual(["decoder/3", "decoder/3", "avg.reward", "decoder/4.mlp", ""]);
    const dotted = ofRuns({ run: ["encoder.fc1.weight", "grad/encoder.fc1.bias"] });
    expect(["encoder/fc1", "decoder/fc1"].map((s) => dotted.normal(s))).toEqual([
      "encoder.fc1",
      "decoder/fc1",
    ]);
  });
});

it("is odd for odd names, and never fails", () => {
  expect(
    subjectsOf("", "/", "//", "a//b", "/a", "a/", "...", "grad/", "weights/weight", "x".repeat(5000)),
  ).toEqual([...["", "", "", "a/b", "a", "a", "...", "grad", "weights", "x".repeat(5000)]]);
});

describe("layers of Keras", () => {
  const first = ["sequential/dense/kernel/histogram", "sequential/dense_1/kernel/histogram"];
  const second = ["sequential_1/dense_2/kernel/histogram", "sequential_1/dense_3/kernel/histogram"];

  it("are the same in runs of one process and of several", () => {
    const subjects = ofRuns({ one: first, two: second, three: second });
    expect([...first, ...second].map((name) => subjects.of(name))).toEqual([
      ...[["sequential/dense"], ["sequential/dense_1"], ["sequential/dense"], ["sequential/dense_1"]],
    ]);
  });

  it("have several subjects where their numbers overlap", () => {
    const shifted = ["sequential_1/dense_1/kernel/image", "sequential_1/dense_1/bias/image"];
    const subjects = ofRuns({
      one: ["dense/kernel/image", "dense_1/kernel/image"],
      two: ["dense_1/kernel/image"],
    });
    expect(subjects.of("dense_1/kernel/image")).toEqual(["dense_1", "dense"]);
    expect(ofRuns({ run: shifted }).of(shifted[1])).toEqual(["sequential_1/dense_1"]);
  });

  it("keep numbers that were given", () => {
    const names = ["block_1/kernel/histogram", "block_2/kernel/histogram", "block_2/bias/histogram"];
    const subjects = ofRuns({ one: names, two: names.slice(0, 1) });
    expect(names.map((name) => subjects.of(name))).toEqual([["block_1"], ["block_2"], ["block_2"]]);
  });
});

describe("the way from one subject to others", () => {
  const names = [
    "train/loss",
    "train/mistakes/text_summary",
    "samples/digits",
    "weights/decoder/3",
    "decoder.3.bias",
  ];
  const subjects = ofRuns({ run: names });

  it("leads to the nearest that there is something of", () => {
    const [loss, text, image, weights, bias] = names;
    expect(subjects.nearest("train/loss", [text, image])).toBe("train");
    expect(subjects.nearest("train/loss", [image, weights])).toBe("");
    expect(subjects.nearest("decoder/3", [loss, weights])).toBe("decoder/3");
    expect(subjects.nearest("decoder", [bias])).toBe("decoder");
    expect(subjects.nearest("decoder/31", [bias])).toBe("decoder");
    expect(subjects.nearest("samples/digits/seven", [image])).toBe("samples/digits");
    expect(subjects.nearest("train/loss", [])).toBe("");
  });

  it("is about a part, and not about what only begins alike", () => {
    expect(
      ["decoder/3", "decoder", "", "dec", "decoder/3/mlp"].map((s) => subjects.isAbout(names[4], s)),
    ).toEqual([...[true, true, true, false, false]]);
  });

  it("of several tags is what they have in common", () => {
    expect(subjects.common(["train/loss", names[1]])).toBe("train");
    expect(subjects.common(["train/loss", "samples/digits"])).toBe("");
    expect(subjects.common(["train/loss"])).toBe("train/loss");
    expect(subjects.common(["a chart's title"])).toBe("");
  });
});

it("splits dots where a model of the log has such a path", () => {
  const tags = ["grad/encoder.attn.weight", "weights/_orig_mod.encoder.mlp.weight", "avg.loss"].map(
    (name) => ({ name, runs: ["r"] }),
  );
  const found = (modules: readonly string[]): (readonly string[])[] => {
    const subjects = new Subjects(tags, modules);
    return tags.map(({ name }) => subjects.of(name));
  };
  // Two tags alone say nothing.
  expect(found([])).toEqual([["encoder.attn"], ["encoder.mlp"], ["avg.loss"]]);
  const modules = ["encoder", "encoder.attn", "encoder.mlp"];
  expect(found(modules)).toEqual([["encoder/attn"], ["encoder/mlp"], ["avg.loss"]]);
  const subjects = new Subjects(tags, modules);
  expect(subjects.nearest("encoder/attn", ["weights/_orig_mod.encoder.mlp.weight"])).toBe("encoder");
  expect(subjects.normal("encoder.mlp.drop")).toBe("encoder/mlp/drop");
});
