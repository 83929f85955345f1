/** Histograms as tables: a line for each bin. */

import type { HistogramRows } from "../../api/histograms";
import { toCsv } from "../../kit/download";
import type { RunHistograms } from "./panel";

export interface RecordedRows {
  name: string;
  rows: HistogramRows;
}

type Cell = string | number;

const HEAD = ["run", "step", "wall_time", "left", "right", "count", "nan", "pos_inf", "neg_inf"];

function linesOf({ name, rows }: RecordedRows): Cell[][] {
  const lines: Cell[][] = [];
  for (let row = 0; row < rows.row.length; row++) {
    const before = [name, rows.step[row], rows.wallTime[row]];
    const behind = [rows.nan[row], rows.posInf[row], rows.negInf[row]];
    // A histogram without bins has a line all the same.
    if (rows.start[row] === rows.start[row + 1]) lines.push([...before, "", "", 0, ...behind]);
    for (let bin = rows.start[row]; bin < rows.start[row + 1]; bin++)
      lines.push([...before, rows.left[bin], rows.right[bin], rows.count[bin], ...behind]);
  }
  return lines;
}

/** The bins of some runs, as the server sent them. */
export function recordedCsv(all: readonly RecordedRows[]): string {
  return toCsv([HEAD, ...all.flatMap(linesOf)]);
}

/** The recorded bins at the shared place. */
export function placedCsv(runs: readonly RunHistograms[]): string {
  const lines = runs.flatMap(({ name, placed }) =>
    placed === null
      ? []
      : placed.histogram.counts.map((count, i): Cell[] => [
          ...[name, placed.step, placed.histogram.edges[i], placed.histogram.edges[i + 1], count],
          ...[placed.histogram.nan, placed.histogram.posInf, placed.histogram.negInf],
        ]),
  );
  return toCsv([HEAD.filter((name) => name !== "wall_time"), ...lines]);
}
