import { expect, it } from "vitest";
import { fromCoordinate, SCALES, thresholdFor, toCoordinate } from "./scale";

it("goes to coordinates and back", () => {
  for (const scale of SCALES) {
    for (const value of scale === "log" ? [1e-9, 1, 5e7] : [-3e5, -1e-3, 0, 2, 1e9]) {
      const back = fromCoordinate(scale, toCoordinate(scale, value, 0.01), 0.01);
      expect(back).toBeCloseTo(value, -Math.log10(Math.abs(value) * 1e-9 || 1e-9));
    }
  }
});

it("is a logarithm far from zero and linear about it", () => {
  expect(toCoordinate("symlog", 1e7) - toCoordinate("symlog", 1e6)).toBeCloseTo(1, 6);
  expect(toCoordinate("symlog", -1e7)).toBe(-toCoordinate("symlog", 1e7));
  expect(toCoordinate("symlog", 2e-3) / toCoordinate("symlog", 1e-3)).toBeCloseTo(2, 5);
});

it("has a threshold four decades below the largest value", () => {
  expect(thresholdFor(-5, 2)).toBe(1e-3);
  expect(thresholdFor(0, 9.99e6)).toBe(1e3);
  for (const bounds of [
    [0, 0],
    [Number.NaN, 1],
    [0, Number.POSITIVE_INFINITY],
  ])
    expect(thresholdFor(bounds[0], bounds[1])).toBe(1);
});
