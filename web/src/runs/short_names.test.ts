// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { shortNamesOf } from "./short_names";

function shown(names: string[]): string[] {
  const { of } = shortNamesOf(names);
  return names.map(of);
}

it("leaves out what all share, level by level", () => {
  const keras = [0, 1, 17].flatMap((number) =>
    ["train", "validation"].map(
      (part) => `experiments/Exp_${number}_${number === 1 ? "sgd" : "adam"}_200_0.2/${part}`,
    ),
  );
  expect(shown(keras)).toEqual([
    ...["0_adam/train", "0_adam/validation", "1_sgd/train", "1_sgd/validation"],
    ...["17_adam/train", "17_adam/validation"],
  ]);
  expect(shortNamesOf(keras).of("experiments/Exp_17_adam_200_0.2")).toBe("17_adam");
  expect(shortNamesOf(keras).ofEnd(keras[1], "validation")).toBe("validation");
});

it("leaves out what is the same in a directory", () => {
  const sweep = ["20_resnet18", "21_vit_tiny"].flatMap((model) =>
    ["lr0.1_seed0", "lr0.1_seed1", "lr0.2_seed0"].map((end) => `2026-11-${model}/bs256_${model}_${end}`),
  );
  expect(shown(sweep)).toEqual([
    ...["20_resnet18/lr0.1_seed0", "20_resnet18/lr0.1_seed1", "20_resnet18/lr0.2_seed0"],
    ...["21_vit_tiny/lr0.1_seed0", "21_vit_tiny/lr0.1_seed1", "21_vit_tiny/lr0.2_seed0"],
  ]);
  // What stands alone in its directory is told apart from what is in the others.
  expect(shown(["a/bs1_lr1_x", "b/bs1_lr2_x"])).toEqual(["a/lr1", "b/lr2"]);
});

it("leaves out a date's words where names are long and the others tell them apart", () => {
  const run = (day: number, lr: string, seed: number): string =>
    `2026-11-${day}_13-${day}-05_resnet50_lr${lr}_bs${seed * 32}_seed${seed}`;
  const days = [run(10, "1e-3", 1), run(11, "3e-4", 1), run(11, "3e-4", 2), run(12, "1e-3", 1)];
  expect(shown(days)).toEqual([
    ...["10_lr1e-3_bs32_seed1", "11_lr3e-4_bs32_seed1", "11_lr3e-4_bs64_seed2", "12_lr1e-3_bs32_seed1"],
  ]);
  expect(shown(days.slice(0, 3))).toEqual(["lr1e-3_bs32_seed1", "lr3e-4_bs32_seed1", "lr3e-4_bs64_seed2"]);
  expect(
    shown(["Nov20_10-11-12_host_momentum", "Nov21_10-13-12_host_adam_betas"].map((name) => `${name}_x`)),
  ).toEqual(["Nov20_10-11-12_host_momentum", "Nov21_10-13-12_host_adam_betas"]);
  // Not every number is a date.
  expect(shown(["w_2048_3_lr1e-3_bs32_seed1_x5", "w_2048_4_lr1e-4_bs64_seed2_x6"])).toEqual([
    ...["3_lr1e-3_bs32_seed1_x5", "4_lr1e-4_bs64_seed2_x6"],
  ]);
});

it("leaves numbers whole", () => {
  expect(shown(["lr=0.1-seed1-run", "lr=0.01-seed1-run"])).toEqual(["lr=0.1", "lr=0.01"]);
  expect(shown(["lr_1e-3", "lr_1e-4"])).toEqual(["lr_1e-3", "lr_1e-4"]);
  expect(shown(["v1.2.3", "v1.2.4"])).toEqual(["v1.2.3", "v1.2.4"]);
});

it("keeps what a value is of where several differ", () => {
  expect(shown(["a/lr=0.1_wd=0_s=1", "a/lr=0.2_wd=1_s=1"])).toEqual(["lr=0.1_wd=0", "lr=0.2_wd=1"]);
});

it("compares names of different lengths from both ends", () => {
  expect(shown(["exp_sgd_momentum_200", "exp_adam_200"])).toEqual(["sgd_momentum", "adam"]);
  expect(shown(["exp", "exp_2"])).toEqual(["exp", "exp_2"]);
  expect(shown(["a", "a/eval", "b", "b/eval"])).toEqual(["a", "a/eval", "b", "b/eval"]);
  expect(shown(["x/a", "x/a/eval"])).toEqual(["a", "a/eval"]);
});

it("keeps a word before numbers that would stand alone", () => {
  expect(shown(["exp_rank_1", "exp_rank_2"])).toEqual(["rank_1", "rank_2"]);
  expect(shown(["2026-11-20_run", "2026-11-21_run"])).toEqual(["2026-11-20", "2026-11-21"]);
  expect(shown(["x_lr_0.1_wd_0", "x_lr_0.2_wd_1"])).toEqual(["lr_0.1_wd_0", "lr_0.2_wd_1"]);
});

it("never makes two names one, nor one nothing", () => {
  for (const names of [
    ["run/one"],
    ["."],
    [".", "a"],
    ["a-b", "a_b"],
    ["x_-1", "x_1"],
    ["a/b", "b/a", "a/a"],
    ["_", "__"],
    ["a/", "a"],
    ["1.5-a", "1.5_a", "1_5-a"],
    ["x/y/z", "x/z"],
  ]) {
    const found = shown(names);
    expect(new Set(found).size).toBe(names.length);
    expect(found).not.toContain("");
  }
  expect(shown(["run/one"])).toEqual(["run/one"]);
});

it("takes names of any length", () => {
  const long = ["1".repeat(100_000), `${"1".repeat(100_000)}2`, "_.".repeat(50_000), "1e-".repeat(50_000)];
  expect(new Set(shown(long)).size).toBe(4);
});
