import { expect, it } from "vitest";
import { coordinateOf, limitsOf, shadeOf, valueAt } from "./colours";

const LOG = ["log", "nothing"] as const;

it("has limits that an outlier does not move", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => 10 ** (-3 + (i % 10) / 10));
  values[7] = 1e20;
  values[8] = 0;
  values[9] = Number.NaN;
  values[10] = Number.POSITIVE_INFINITY;
  const { low, high, isDiverging } = limitsOf(values, ...LOG);
  expect([low, high]).toEqual([expect.closeTo(-3, 1), expect.closeTo(-2.1, 1)]);
  expect(isDiverging).toBe(false);
});

it("shows values that are nearly the same as such", () => {
  const { low, high } = limitsOf([1, 1, 1.001], ...LOG);
  expect(high - low).toBeCloseTo(0.2, 2);
});

it("diverges about a thousandth, or about a row's own median", () => {
  const ratio = limitsOf([1e-5, 1e-3, 1e-2], "ratio", "nothing");
  expect(ratio).toMatchObject({ low: -5, high: -1, isDiverging: true });
  expect(shadeOf(1e-3, ratio, "ratio", "nothing")).toBe(128);
  expect(limitsOf([5, -7], "log", "median")).toEqual({ low: -2, high: 2, isDiverging: true });
  expect(limitsOf([], ...LOG)).toEqual({ low: -1, high: 1, isDiverging: false });
});

it("clamps what is beyond the limits, and has no place for nothing", () => {
  const limits = { low: -2, high: 0, isDiverging: false };
  expect([1e-9, 0.1, 1e9].map((value) => shadeOf(value, limits, ...LOG))).toEqual([0, 128, 255]);
  expect(shadeOf(-0.1, limits, ...LOG)).toBe(128);
  expect([0, Number.NaN].map((value) => shadeOf(value, limits, ...LOG))).toEqual([-1, -1]);
  expect(shadeOf(Number.POSITIVE_INFINITY, limits, ...LOG)).toBe(255);
});

it.each([
  ["log", "nothing", 0.02],
  ["ratio", "nothing", 0.001],
  ["share", "nothing", 0.5],
  ["count", "nothing", 7],
] as const)("gives the value at a place of a %s scale", (colouring, against, value) => {
  expect(valueAt(coordinateOf(value, colouring, against), colouring, against)).toBeCloseTo(value, 9);
});
