/** What the page holds of a tag's histograms in one run: rows that were asked for, and those that came since. */

import type { Column } from "../../api/frame";
import type { HistogramRows } from "../../api/histograms";
import { joined } from "../steps/rows_loader";

/** The known rows and those behind the last of them, with which the newer ones begin. */
export function appended(known: HistogramRows, more: HistogramRows): HistogramRows {
  if (known.row.length === 0) return more;
  const bins = more.start[1] ?? 0;
  const shares = more.shares.length;
  const rows = (column: Column): Column => column.subarray(1);
  const end = known.start[known.row.length];
  const start = new Uint32Array(known.start.length + more.row.length - 1);
  start.set(known.start);
  for (let i = 1; i < more.row.length; i++) start[known.row.length + i] = end + more.start[i + 1] - bins;
  return {
    ...more,
    damaged: [...known.damaged, ...more.damaged],
    damagedCount: known.damagedCount + more.damagedCount,
    start,
    row: joined(known.row, rows(more.row)),
    step: joined(known.step, rows(more.step)),
    wallTime: joined(known.wallTime, rows(more.wallTime)),
    left: joined(known.left, more.left.subarray(bins)),
    right: joined(known.right, more.right.subarray(bins)),
    count: joined(known.count, more.count.subarray(bins)),
    isNotFinite: joined(known.isNotFinite, rows(more.isNotFinite)),
    nan: joined(known.nan, rows(more.nan)),
    posInf: joined(known.posInf, rows(more.posInf)),
    negInf: joined(known.negInf, rows(more.negInf)),
    quantile: joined(known.quantile, more.quantile.subarray(shares)),
  };
}
