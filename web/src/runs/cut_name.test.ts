import { expect, it } from "vitest";
import { splitName } from "./cut_name";

it("keeps what stands behind the last separator, with it", () => {
  expect(splitName("resnet50/lr=0.001_seed=101")).toEqual(["resnet50/lr=0.001", "_seed=101"]);
  expect(splitName("resnet18_lr0.001_wd0.05")).toEqual(["resnet18_lr0.001", "_wd0.05"]);
  expect(splitName("2026-11-24_10-00-00/run-b12")).toEqual(["2026-11-24_10-00-00/run", "-b12"]);
});

it("keeps some characters where there is none, or too many behind it, and cuts none in two", () => {
  expect(splitName("short name")).toEqual(["short name", ""]);
  expect(splitName("abcdefghijklmnopqrstuvwxyz")).toEqual(["abcdefghijklmnopqr", "stuvwxyz"]);
  expect(splitName(`a/${"🙂".repeat(20)}`)).toEqual([`a/${"🙂".repeat(12)}`, "🙂".repeat(8)]);
});
