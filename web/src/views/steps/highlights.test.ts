import { expect, it } from "vitest";
import { highlightsOf, MOST_HIGHLIGHTS } from "./highlights";

const none = () => false;

it("has losses first, then validation, evaluation, accuracy, reward and perplexity", () => {
  const names = [
    "charts/episodic_return",
    "gpu/mem",
    "lr",
    "ppl",
    "train/loss",
    "val/acc",
    "val/loss",
    "eval/x",
  ];
  expect(highlightsOf([...names, "acc", "closs"], none)).toEqual([
    ...["train/loss", "val/loss", "val/acc", "eval/x", "acc", "charts/episodic_return", "ppl"],
  ]);
});

it("has names with fewer slashes first, and no more than a window has room for", () => {
  const names = Array.from({ length: 30 }, (_, i) => `losses/part${i}_loss`);
  const found = highlightsOf([...names, "loss"], none);
  expect(found).toEqual(["loss", ...names.slice(0, MOST_HIGHLIGHTS - 1)]);
});

it("has no tags of families, and no results of runs", () => {
  const names = ["layers/0/loss", "hparam/val_acc", "val_acc"];
  expect(highlightsOf(names, (name) => name.startsWith("layers"))).toEqual(["val_acc"]);
});
