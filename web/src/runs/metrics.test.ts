import { expect, it } from "vitest";
import { keyMetric, senseOf } from "./metrics";

it("knows from a name which is better", () => {
  const names = [
    "train/loss",
    "val_error",
    "ppl",
    "eval/topK_accuracy",
    "rollout/ep_rew_mean",
    "mean_return",
  ];
  expect(names.map(senseOf)).toEqual(["down", "down", "down", "up", "up", "up"]);
  // The last word that says it counts; a part of a word says nothing.
  expect(["reward/loss", "lr", "glossy", "throughput"].map(senseOf)).toEqual(["down", null, null, null]);
});

it("finds the scalar that says most", () => {
  expect(keyMetric(["lr", "train/loss", "val/accuracy", "val/loss/aux", "val/loss"])).toBe("val/loss");
  expect(keyMetric(["train/loss", "val/accuracy"])).toBe("val/accuracy");
  expect(keyMetric(["train/loss", "rollout/ep_rew_mean"])).toBe("rollout/ep_rew_mean");
  expect(keyMetric(["train/accuracy", "train/loss", "loss"])).toBe("loss");
  expect(keyMetric(["perplexity"])).toBe("perplexity");
  // A part of a word is none, and names are split where they become large.
  expect(keyMetric(["glossy", "accumulated", "trainLoss", "BatchLOSSES/all"])).toBe("trainLoss");
  expect(keyMetric(["glossy", "accumulated"])).toBe(null);
  expect(keyMetric(["lr", "grad/norm"])).toBe(null);
  expect(keyMetric([])).toBe(null);
});
