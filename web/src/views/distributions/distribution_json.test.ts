import { expect, it } from "vitest";
import { placedJson } from "./distribution_json";
import type { RunHistograms } from "./panel";

const HISTOGRAM = {
  ...{ edges: [0, 1, Number.POSITIVE_INFINITY], counts: [3, 4], min: 0, max: Number.NaN, sum: null },
  ...{ sumSquares: 2.5, nan: 1, posInf: 2, negInf: 0, zeros: null, isNotFinite: false },
};

it("has an entry for each run that has a histogram, with every number of it", () => {
  const runs = [
    { name: "a", placed: { histogram: HISTOGRAM, step: 30, x: 30 } },
    { name: "b", placed: null },
  ] as unknown as RunHistograms[];
  expect(JSON.parse(placedJson(runs))).toEqual([
    {
      ...{ run: "a", step: 30, edges: [0, 1, "Infinity"], counts: [3, 4], min: 0, max: "NaN", sum: null },
      ...{ sum_squares: 2.5, nan_count: 1, positive_infinity_count: 2, negative_infinity_count: 0 },
      ...{ zero_count: null, not_finite: false },
    },
  ]);
});
