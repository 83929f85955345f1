import { expect, it } from "vitest";
import { importanceOf } from "./importance";

it("is Spearman's coefficient of numbers, over the runs that have both", () => {
  const metric = [1, 2, 3, 4, 5, Number.NaN, 7, null];
  expect(importanceOf([6, 5, 4, 3, 2, 1, null, 0], metric)).toEqual({
    count: 5,
    strength: 1,
    text: "ρ −1.00",
  });
});

it("sees a parameter that is best in the middle", () => {
  const values = [1, 1, 1, 2, 2, 2, 3, 3, 3];
  const { strength, text } = importanceOf(values, [9, 8, 7, 1, 2, 3, 7.5, 8.5, 9.5]);
  expect(strength).toBeGreaterThan(0.7);
  expect(text).toMatch(/^η 0\.\d\d, neither rising nor falling$/u);
});

it("is the correlation ratio of words", () => {
  expect(importanceOf(["a", "a", "a", "b", "b", "b"], [1, 2, 3, 4, 5, 6]).text).toMatch(/^η 0\.\d\d$/u);
});

it("says why there is none", () => {
  expect(importanceOf([1, 2, 3], [1, 2, 3])).toEqual({ count: 3, strength: null, text: "too few runs" });
  expect(importanceOf([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]).text).toBe("the same in all of them");
  expect(importanceOf([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]).text).toBe("the metric is the same in all of them");
  expect(importanceOf(["a", "b", "c", "d", "e"], [1, 2, 3, 4, 5]).text).toBe("another one in every run");
});
