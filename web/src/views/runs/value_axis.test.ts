import { expect, it } from "vitest";
import { axisOf, NO_DOMAIN, numberAt, shareOf, stopsOf } from "./value_axis";

it("is linear for numbers, and a logarithm where positive ones span two decades", () => {
  expect(axisOf("c", [0.1, 1, 9]).scale).toBe("linear");
  expect(axisOf("c", [0, 1, 1e6]).scale).toBe("linear");
  expect(axisOf("c", [-1, 1e6]).scale).toBe("linear");
  for (const values of [
    [0.001, 0.1],
    [1, 1000],
    [1e-300, 1e300],
  ]) {
    const axis = axisOf("c", values);
    expect(axis.scale).toBe("log");
    expect(values.map((value) => shareOf(axis, value))).toEqual([0, 1]);
  }
  expect(shareOf(axisOf("c", [0.001, 0.1]), 0.01)).toBeCloseTo(0.5, 12);
});

it("has no place for what is missing or not finite, and a middle for what is alone", () => {
  const axis = axisOf("c", [1, null, Number.NaN, 3, Number.POSITIVE_INFINITY]);
  expect([1, null, Number.NaN, 2, Number.NEGATIVE_INFINITY].map((value) => shareOf(axis, value))).toEqual([
    0,
    null,
    null,
    0.5,
    null,
  ]);
  expect(shareOf(axisOf("c", [7, null]), 7)).toBe(0.5);
  expect(axisOf("c", [null]).ticks).toEqual([]);
  const largest = axisOf("c", [-1.7e308, 0, 1.7e308]);
  expect([-1.7e308, 0, 1.7e308].map((value) => shareOf(largest, value))).toEqual([0, 0.5, 1]);
});

it("gives each word a place of its own, numbers among words too", () => {
  const axis = axisOf("c", ["b", "a10", "a2", "b", 3]);
  expect(axis.values).toEqual(["3", "a2", "a10", "b"]);
  expect(axis.values.map((word) => shareOf(axis, word))).toEqual([0.125, 0.375, 0.625, 0.875]);
  expect(shareOf(axis, 3)).toBe(0.125);
  expect(shareOf(axis, "unknown")).toBeNull();
});

it("takes the order of words and the ends of numbers that an experiment declares", () => {
  const words = axisOf("c", ["sgd", "adam", "other"], { ...NO_DOMAIN, values: ["sgd", "adam", "lion"] });
  expect(words.values).toEqual(["sgd", "adam", "lion", "other"]);
  const numbers = axisOf("c", [2, 12], { ...NO_DOMAIN, interval: [0, 10] });
  expect([numbers.low, numbers.high]).toEqual([0, 12]);
  expect(axisOf("c", [2], { ...NO_DOMAIN, values: [1, 2, 4] }).values).toEqual([1, 2, 4]);
});

it("names few values themselves, and gives many round ticks", () => {
  expect(axisOf("c", [1e-4, 0.1, 0.003]).ticks.map(({ text }) => text)).toEqual(["1e-4", "0.003", "0.1"]);
  const many = axisOf(
    "c",
    Array.from({ length: 100 }, (_, i) => i / 7),
  );
  expect(many.ticks.map(({ text }) => text)).toEqual(["0", "5", "10"]);
});

it("finds the very number at its place, and one of few digits between", () => {
  for (const values of [
    [1e-4, 0.0003, 1 / 3],
    [-1, 0, 1 / 3, 2],
  ]) {
    const axis = axisOf("c", values);
    for (const value of values) expect(numberAt(axis, shareOf(axis, value) ?? 0)).toBe(value);
  }
  expect(String(numberAt(axisOf("c", [0, 1]), 1 / 3))).toBe("0.3333");
  expect(stopsOf(axisOf("c", [1, 2, 5]))).toEqual([0, 0.25, 1]);
  expect(stopsOf(axisOf("c", ["a", "b"]))).toEqual([0, 0.5, 1]);
});
