/** Rows of histograms for tests. */

import type { HistogramRows } from "../../api/histograms";

/** A histogram for each index: at ten times the index as its step, two bins with as many numbers as the index, and one. */
export function rowsOf(indices: readonly number[]): HistogramRows {
  const each = (of: (index: number) => number): Float64Array => Float64Array.from(indices, of);
  const bins = (of: (index: number) => number[]): Float64Array => Float64Array.from(indices.flatMap(of));
  return {
    ...{ revision: 1, values: indices.length, shares: [0, 0.5, 1], damaged: [], damagedCount: 0 },
    ...{ row: each((i) => i), step: each((i) => 10 * i), wallTime: each((i) => 1000 + i) },
    start: Uint32Array.from({ length: indices.length + 1 }, (_, i) => 2 * i),
    left: bins(() => [0, 1]),
    right: bins(() => [1, 3]),
    count: bins((i) => [i, 1]),
    ...{ isNotFinite: each(() => 0), nan: each(() => 0), posInf: each(() => 0), negInf: each(() => 0) },
    quantile: bins(() => [0, 1, 3]),
  };
}
