import { expect, it } from "vitest";
import { compareNatural } from "./natural_order";

it.each([
  [["lr=0.005", "lr=0.05", "lr=0.3", "lr=1", "lr=10"]],
  [["layer2", "layer10"]],
  [["blocks.0.2", "blocks.0.10", "blocks.1.0"]],
  [["0.5", "0.50 a", "0.6"]],
  [["a", "B", "c"]],
])("%j is in order", (names) => {
  expect(names.toReversed().sort(compareNatural)).toEqual(names);
});

it("takes a number of any length", () => {
  expect(compareNatural(`1.5 ${"9".repeat(400)}`, `1.5 ${"9".repeat(400)}`)).toBe(0);
});
