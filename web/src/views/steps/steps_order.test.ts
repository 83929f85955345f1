import { expect, it } from "vitest";
import { countUpTo, indexAt, stepFrom, unionOfSteps } from "./steps_order";

const STEPS = [0, 10, 20, 50];

it("counts the steps at or before a place", () => {
  expect([-1, 0, 9, 10, 49, 50, 99].map((x) => countUpTo(STEPS, x))).toEqual([0, 1, 1, 2, 3, 4, 4]);
  expect(countUpTo(new BigInt64Array([1n, 5n]), 4)).toBe(1);
  expect(countUpTo([], 3)).toBe(0);
});

it("goes on and back among recorded steps, and stays at the ends", () => {
  expect(stepFrom(STEPS, 10, 1)).toBe(20);
  expect(stepFrom(STEPS, 10, -1)).toBe(0);
  expect(stepFrom(STEPS, 50, 1)).toBe(50);
  expect(stepFrom(STEPS, 0, -1)).toBe(0);
  // Between two steps the one before is where it stands.
  expect(stepFrom(STEPS, 15, 1)).toBe(20);
  expect(stepFrom(STEPS, 15, -1)).toBe(10);
  expect(stepFrom(STEPS, -5, 1)).toBe(0);
  expect(stepFrom(STEPS, 99, -1)).toBe(50);
});

it("finds the value at the greatest step at or before a place, whatever the order of recording", () => {
  expect(indexAt([0, 10, 20, 5, 15], 12)).toBe(1);
  expect(indexAt([0, 10, 20, 10, 5], 12)).toBe(3);
  expect(indexAt([5], 4)).toBe(null);
  expect(indexAt([], 4)).toBe(null);
});

it("puts the steps of columns together, rising, each once", () => {
  expect(unionOfSteps([])).toEqual([]);
  expect(unionOfSteps([[], [3, 1], [3, 1], [2, 3], [3, 1], [10]])).toEqual([1, 2, 3, 10]);
  expect(unionOfSteps([new Float64Array([1, 2]), new Float64Array([1, 2, 3])])).toEqual([1, 2, 3]);
});
