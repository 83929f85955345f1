import { expect, it } from "vitest";
import { correlationRatio, ranksOf, spearman } from "./rank_correlation";

it("gives equal values the mean of their ranks", () => {
  expect(ranksOf([10, 20, 20, 5, 20])).toEqual([2, 4, 4, 1, 4]);
  expect(ranksOf([])).toEqual([]);
});

it("has Spearman's coefficient as SciPy has it", () => {
  // scipy.stats.spearmanr([1, 2, 2, 4, 5, 7], [3, 1, 4, 4, 9, 8])
  expect(spearman([1, 2, 2, 4, 5, 7], [3, 1, 4, 4, 9, 8])).toBeCloseTo(0.8088235294117647, 12);
  expect(spearman([1, 2, 3], [1e300, 1e-300, -1e300])).toBeCloseTo(-1, 12);
  expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
});

it("has the correlation ratio by Kruskal and Wallis' H as SciPy has it", () => {
  const groups = [..."aaabbcccc"];
  // scipy.stats.kruskal([1, 2, 2.5], [2.5, 4], [7, 8, 6.5, 9]): H = 6.750700280112043, n = 9, k = 3
  const values = [1, 2, 2.5, 2.5, 4, 7, 8, 6.5, 9];
  expect(correlationRatio(groups, values)).toBeCloseTo(0.7917833800186739, 12);
  expect(correlationRatio([..."abab"], [1, 1, 2, 2])).toBe(0);
  expect(correlationRatio([..."abcd"], [1, 2, 3, 4])).toBeNull();
  expect(correlationRatio([..."aaaa"], [1, 2, 3, 4])).toBeNull();
});
