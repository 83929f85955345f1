import { expect, it } from "vitest";
import { binAt, countAtZero, type Histogram, histogramOf, statisticsOf } from "./histogram";

const SENT = {
  ...{ edges: [-1, 0, 1, 3], counts: [1, 0, 3], min: -1, max: 3, sum: 5, sum_squares: 15, not_finite: false },
  ...{ nan_count: 2, positive_infinity_count: 1, negative_infinity_count: 0, zero_count: 0 },
};
const SHOWN = histogramOf(SENT) as Histogram;

it("reads what the server sends", () => {
  expect(SHOWN).toMatchObject({ nan: 2, posInf: 1, negInf: 0, zeros: 0, isNotFinite: false });
  expect(histogramOf({ ...SENT, sum: "NaN", zero_count: null })).toMatchObject({
    sum: Number.NaN,
    zeros: null,
  });
  for (const other of [null, 3, "text", [1], { ...SENT, edges: [1] }, { ...SENT, counts: ["x"] }])
    expect(histogramOf(other)).toBe(null);
});

it("has the statistics of the numbers where the file does", () => {
  const { count, mean, deviation, min, max, quantiles } = statisticsOf(SHOWN);
  expect([count, mean, min, max]).toEqual([
    4,
    { value: 1.25, isExact: true },
    { value: -1, isExact: true },
    { value: 3, isExact: true },
  ]);
  expect(deviation).toEqual({ value: Math.sqrt(15 / 4 - 1.25 ** 2), isExact: true });
  // Even within a bin: a quarter lies below the end of the first, half a third into the last.
  expect(quantiles[1]).toBeCloseTo(0);
  expect(quantiles[2]).toBeCloseTo(1 + 2 / 3);
});

it("takes them from the bins where the file has none, and says so", () => {
  const bins = { ...SHOWN, min: null, max: null, sum: null, sumSquares: null };
  expect(statisticsOf(bins)).toMatchObject({
    mean: { value: (-0.5 + 3 * 2) / 4, isExact: false },
    min: { value: -1, isExact: false },
    max: { value: 3, isExact: false },
  });
  // PyTorch's sums have the NaN in them.
  expect(statisticsOf({ ...SHOWN, sum: Number.NaN }).mean?.isExact).toBe(false);
  const nothing = { ...SHOWN, edges: [], counts: [] };
  expect(statisticsOf(nothing)).toMatchObject({ count: 0, mean: null, quantiles: [] });
});

it("finds the bin of a value, the last one with its right edge", () => {
  expect([-2, -1, 0, 0.5, 1, 3, 3.1, Number.NaN].map((value) => binAt(SHOWN, value))).toEqual([
    ...[null, 0, 1, 1, 2, 2, null, null],
  ]);
});

it("counts what may be zeros at both sides of 0", () => {
  expect(countAtZero(SHOWN)).toBe(1);
});
