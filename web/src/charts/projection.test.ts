import { expect, it } from "vitest";
import { type Projection, toPixel, toValue, withAir, withWidth } from "./projection";

const linear: Projection = { low: 10, high: 30, scale: "linear", start: 100, end: 300 };
const log: Projection = { low: 0.01, high: 100, scale: "log", start: 200, end: 0 };

it("maps bounds to ends, and back", () => {
  expect([10, 20, 30].map((value) => toPixel(linear, value))).toEqual([100, 200, 300]);
  expect([0.01, 1, 100].map((value) => toPixel(log, value))).toEqual([200, 100, 0]);
  const symlog: Projection = { low: -100, high: 1e6, scale: "symlog", threshold: 0.1, start: 0, end: 250 };
  for (const axis of [linear, log, symlog]) {
    for (const pixel of [0, 17, 250]) expect(toPixel(axis, toValue(axis, pixel))).toBeCloseTo(pixel, 9);
  }
});

it("gives flat lines and single places room on both sides", () => {
  for (const value of [-3, 0, 1e-9, 1e9]) {
    const [low, high] = withAir(value, value, "linear");
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  }
  expect(withAir(1, 1, "log")[0]).toBeLessThan(1);
  expect(withWidth(7, 7, "linear")).toEqual([6.5, 7.5]);
  expect(withWidth(8, 8, "log")).toEqual([4, 16]);
  expect(withWidth(0, 199_999, "linear")).toEqual([0, 199_999]);
});
