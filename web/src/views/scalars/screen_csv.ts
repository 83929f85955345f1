/** A chart as CSV: its curves as they are drawn there, smoothed, grouped or compared, in the range in sight. */

import type { DrawnSeries } from "../../charts/chart_content";
import { shortestFloat32, toCsv } from "../../kit/download";
import type { Axis, Range } from "../../series/axis";
import type { Line } from "../../series/line";
import { describeMarks } from "./value_text";

export interface ScreenTable {
  series: readonly DrawnSeries[];
  title: string;
  axis: Axis;
  /** The tag on the x axis, where there is one. */
  xName: string;
  range: Range;
}

/** Recorded values have the digits of other exports; computed ones have all their digits. */
export function digitsOf({ isFloat32, isComputed }: Line): (value: number) => number {
  return isFloat32 && isComputed !== true ? shortestFloat32 : (value) => value;
}

/** The file's name: the chart, what it is over, and what its values are where they are not the recorded ones. */
export function screenCsvName(
  { series, title, axis, xName }: Omit<ScreenTable, "range">,
  comparison: string | null,
): string {
  const lines = series.flatMap((drawn) => drawn.lines);
  const parts = [
    title,
    lines.some(({ runs }) => runs !== undefined) && "groups",
    lines.some(({ smooth }) => smooth !== null) && "smoothed",
    comparison,
    `over-${axis === "tag" ? xName : axis}`,
  ];
  return `${parts.filter(Boolean).join("-")}.csv`;
}

type Cell = string | number | null;

/**
 * A row for each point or bucket: `from` and `to` are its bounds, `low` and `high` its band. Columns that nothing
 * in the chart has are not there.
 */
export function screenCsv({ series, title, axis, xName, range }: ScreenTable): string {
  const lines = series.flatMap((drawn) => drawn.lines.map((line) => ({ drawn, line })));
  const isGrouped = lines.some(({ line }) => line.runs !== undefined);
  const isSmoothed = lines.some(({ line }) => line.smooth !== null);
  const x = axis === "tag" ? xName : axis;
  const head: Cell[] = [isGrouped ? "group" : "run", "tag", x, "from", "to", "value", "low", "high"];
  if (isSmoothed) head.push("smoothed");
  if (isGrouped) head.push("runs");
  head.push("not finite");
  const rows = [head];
  for (const { drawn, line } of lines) {
    const { name, tag } = drawn;
    const asRecorded = digitsOf(line);
    const add = (place: number, from: number, to: number, entry: number, mark: number): void => {
      if (to < range[0] || from > range[1]) return;
      const has = entry >= 0;
      const row: Cell[] = [name, tag ?? title, place, from, to];
      for (const column of [line.y, line.low, line.high]) row.push(has ? asRecorded(column[entry]) : null);
      if (isSmoothed) row.push(has ? (line.smooth?.[entry] ?? null) : null);
      if (isGrouped) row.push(has ? (line.runs?.[entry] ?? null) : null);
      row.push(mark < 0 ? "" : describeMarks(line.marks, mark));
      rows.push(row);
    };
    const marks = marksByPlace(line);
    for (let i = 0; i < line.x.length; i++) {
      const mark = marks.get(line.first[i]) ?? -1;
      marks.delete(line.first[i]);
      add(line.x[i], line.first[i], line.last[i], i, mark);
    }
    // Buckets without a finite value are not entries of the line.
    for (const mark of marks.values())
      add(line.marks.x[mark], line.marks.first[mark], line.marks.last[mark], -1, mark);
  }
  return toCsv(rows);
}

/** Indexes of marks by where they begin: an entry of the same place begins there too. */
function marksByPlace({ marks }: Line): Map<number, number> {
  const found = new Map<number, number>();
  for (let i = 0; i < marks.x.length; i++) found.set(marks.first[i], i);
  return found;
}
