/** The histograms of one step as JSON: what the file has of each, edges and counts of its bins first. */

import type { RunHistograms } from "./panel";

/** Numbers that JSON lacks are strings, as in the answers of the server. */
function asJson(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** A list with an entry for each run that has a histogram at the shared place. */
export function placedJson(runs: readonly RunHistograms[]): string {
  const entries = runs.flatMap(({ name, placed }) => {
    if (placed === null) return [];
    const { edges, counts, min, max, sum, sumSquares, nan, posInf, negInf, zeros, isNotFinite } =
      placed.histogram;
    return [
      {
        ...{ run: name, step: placed.step, edges, counts, min, max, sum, sum_squares: sumSquares },
        ...{ nan_count: nan, positive_infinity_count: posInf, negative_infinity_count: negInf },
        ...{ zero_count: zeros, not_finite: isNotFinite },
      },
    ];
  });
  return `${JSON.stringify(entries, asJson, 1)}\n`;
}
