/** A statistic of one row as a line of a chart: the mean of each bucket, and its least and greatest as a band. */

import { type Band, HAS_NAN, HAS_NEG_INF, HAS_POS_INF, type LayerRow } from "../../api/layers";
import type { Line, Marks } from "../../series/line";

export function bandLine(row: Pick<LayerRow, "first" | "last" | "count" | "marks">, band: Band): Line {
  const kept: number[] = [];
  for (let i = 0; i < row.first.length; i++) if (Number.isFinite(band.mean[i])) kept.push(i);
  const column = (valueAt: (i: number) => number): Float64Array => Float64Array.from(kept, valueAt);
  const y = column((i) => band.mean[i]);
  let count = 0;
  for (let i = 0; i < row.count.length; i++) count += row.count[i];
  return {
    ...{ segment: 0, count, recorded: count, leftOut: 0, between: null, y, smooth: null },
    x: column((i) => (row.first[i] + row.last[i]) / 2),
    low: column((i) => band.least[i]),
    high: column((i) => (Number.isFinite(band.greatest[i]) ? band.greatest[i] : band.mean[i])),
    first: column((i) => row.first[i]),
    last: column((i) => row.last[i]),
    isBucket: Uint8Array.from(kept, (i) => Number(row.count[i] > 1)),
    isClosed: new Uint8Array(kept.length).fill(1),
    ...{ isFloat32: true, isComputed: true, marks: marksOf(row) },
  };
}

/** The buckets with elements that are not finite. */
function marksOf({ first, last, marks }: Pick<LayerRow, "first" | "last" | "marks">): Marks {
  const kept: number[] = [];
  for (let i = 0; i < first.length; i++)
    if ((marks[i] & (HAS_NAN | HAS_POS_INF | HAS_NEG_INF)) !== 0) kept.push(i);
  const has = (mark: number): Uint32Array => Uint32Array.from(kept, (i) => Number((marks[i] & mark) !== 0));
  return {
    x: Float64Array.from(kept, (i) => (first[i] + last[i]) / 2),
    first: Float64Array.from(kept, (i) => first[i]),
    last: Float64Array.from(kept, (i) => last[i]),
    isClosed: new Uint8Array(kept.length).fill(1),
    ...{ nan: has(HAS_NAN), posInf: has(HAS_POS_INF), negInf: has(HAS_NEG_INF) },
  };
}
