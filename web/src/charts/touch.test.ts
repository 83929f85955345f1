import { expect, it } from "vitest";
import { type Projection, toPixel, toValue } from "./projection";
import { pinchedRange } from "./touch";

const linear: Projection = { low: 0, high: 100, scale: "linear", start: 0, end: 200 };

it("keeps what is under two fingers under them, on every scale", () => {
  for (const axis of [
    linear,
    { ...linear, low: 1, scale: "log" },
    { ...linear, low: -10, scale: "symlog", threshold: 1 },
  ] satisfies Projection[]) {
    for (const to of [
      [20, 180],
      [70, 110],
      [120, 180],
    ] as const) {
      const [low, high] = pinchedRange(axis, [50, 110], to);
      const after = { ...axis, low, high };
      for (const i of [0, 1]) expect(toPixel(after, toValue(axis, [50, 110][i]))).toBeCloseTo(to[i], 6);
    }
  }
});

it("never turns the axis around, nor leaves it empty, where fingers meet or cross", () => {
  for (const to of [
    [80, 80],
    [110, 50],
  ] as const) {
    const [low, high] = pinchedRange(linear, [50, 110], to);
    expect(low).toBeLessThan(high);
    expect(high - low).toBeLessThanOrEqual(250);
  }
});
