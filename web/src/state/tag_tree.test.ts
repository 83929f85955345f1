import { expect, it } from "vitest";
import { GrowingTree, type TagNode, TagTree } from "./tag_tree";

function treeOf(names: readonly string[]): TagTree {
  const tree = new TagTree();
  for (const name of names) tree.add(name);
  return tree;
}

/** Each name below the paths of its nodes. */
function placed(tree: TagTree): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const visit = (node: TagNode, path: string[]): void => {
    for (const name of node.names) found[name] = path;
    for (const child of node.children) visit(child, [...path, child.path]);
  };
  visit(tree.root, []);
  return found;
}

it("splits at every slash", () => {
  expect(placed(treeOf(["loss", "train/loss", "eval/mmlu/acc", "/odd", "a//b"]))).toEqual({
    loss: [],
    "train/loss": ["train"],
    "eval/mmlu/acc": ["eval", "eval/mmlu"],
    "/odd": [],
    "a//b": ["a", "a/"],
  });
});

it("splits at a dot that three tags have the same text before", () => {
  const names = ["net.a", "net.b", "net.c.x", "pair.a", "pair.b", "net.d/y"];
  expect(placed(treeOf(names))).toEqual({
    "net.a": ["net"],
    "net.b": ["net"],
    "net.c.x": ["net"],
    "net.d/y": ["net", "net.d"],
    "pair.a": [],
    "pair.b": [],
  });
});

it("never splits between digits, before a space, or at an end", () => {
  const whole = ["mAP_0.5:0.95", "mAP_0.5:0.75", "mAP_0.5", "1. Pre-training", "1. Pre-flight", "1. Post"];
  const ends = [
    "avg.reward/ep.",
    "ep./x",
    "ep./y",
    "ep./z",
    ".a",
    ".b",
    ".c",
    "dots..a",
    "dots..b",
    "dots..c",
  ];
  const found = placed(treeOf([...whole, ...ends]));
  for (const name of whole) expect([name, found[name]]).toEqual([name, []]);
  expect(found["avg.reward/ep."]).toEqual(["avg.reward"]);
  expect(found["ep./x"]).toEqual(["ep."]);
  expect(found[".a"]).toEqual([]);
  expect(found["dots..a"]).toEqual([]);
});

it("is the same whatever order the names come in, and when they come one by one", () => {
  const names = ["m.l.0.a", "m.l.0.b", "m.l.1.a/x", "m.l.0.c", "m.x", "n", "m.l.1.b", "m.l.1.c", "m/l"];
  const whole = placed(treeOf(names));
  expect(whole["m.l.0.a"]).toEqual(["m", "m.l", "m.l.0"]);
  expect(placed(treeOf(names.toReversed()))).toEqual(whole);
  const grown = new GrowingTree();
  for (let count = 1; count <= names.length; count++) grown.of(names.slice(0, count));
  const tree = grown.of(names);
  expect(placed(tree)).toEqual(whole);
  // Nothing that was there is built again, unless something went.
  expect(grown.of([...names, "late"])).toBe(tree);
  expect(placed(grown.of(["m.x", "n"]))).toEqual({ "m.x": [], n: [] });
});

function families(names: readonly string[]): Record<string, [string, number[]]> {
  const tree = treeOf(names);
  return Object.fromEntries(
    [...new Set(tree.families.values())].map(({ key, path, members }) => [
      key,
      [path, members.map(({ number }) => number)],
    ]),
  );
}

const LAYERS = [0, 1, 2, 3, 10];

it("knows families of tags that differ in a number alone", () => {
  const names = LAYERS.flatMap((layer) => [
    `model.layers.${layer}.attn/norm`,
    `blocks/block${layer}/mlp.grad`,
    `grad/layer_${layer}`,
    `norm/layers/${layer}`,
  ]);
  expect(families(names.toReversed())).toEqual({
    "model.layers.*.attn/norm": ["model.layers", LAYERS],
    "blocks/block*/mlp.grad": ["blocks", LAYERS],
    "grad/layer_*": ["grad", LAYERS],
    "norm/layers/*": ["norm/layers", LAYERS],
  });
});

it("knows no family of three, of names that end in any number, of fractions, or of identifiers", () => {
  expect(families(["layers.0.a", "layers.1.a", "layers.2.a"])).toEqual({});
  expect(families(LAYERS.map((number) => `train/metric${number}`))).toEqual({});
  expect(families(LAYERS.map((number) => `tag${number}`))).toEqual({});
  expect(families(LAYERS.map((number) => `lr_0.${number}/loss`))).toEqual({});
  expect(families(LAYERS.map((number) => `run176428830${number}/loss`))).toEqual({});
});

it("takes the outermost number that tells enough tags apart", () => {
  const names = LAYERS.flatMap((layer) => LAYERS.map((expert) => `layers/${layer}/experts/${expert}/load`));
  expect(Object.keys(families(names))).toEqual(LAYERS.map((expert) => `layers/*/experts/${expert}/load`));
  const stages = [1, 2].flatMap((stage) => LAYERS.map((block) => `stage${stage}/block${block}/norm`));
  expect(Object.keys(families(stages))).toEqual(["stage1/block*/norm", "stage2/block*/norm"]);
});
