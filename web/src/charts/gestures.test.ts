import { expect, it } from "vitest";
import { wheelRange } from "./gestures";
import type { Projection } from "./projection";

const linear: Projection = { low: 0, high: 100, scale: "linear", start: 0, end: 200 };

it("keeps what is under the pointer where it is", () => {
  const [low, high] = wheelRange(linear, 50, -1);
  expect(high - low).toBeCloseTo(80, 9);
  expect((25 - low) / (high - low)).toBeCloseTo(0.25, 9);
  const [further, wider] = wheelRange({ ...linear, low, high }, 50, 1);
  expect(further).toBeCloseTo(0, 9);
  expect(wider).toBeCloseTo(100, 9);
});

it("is as even on a log axis", () => {
  const log: Projection = { low: 1, high: 100, scale: "log", start: 0, end: 200 };
  const [low, high] = wheelRange(log, 100, -1);
  expect(low * high).toBeCloseTo(100, 9);
});
