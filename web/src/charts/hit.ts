/** Entries under the pointer: the entry of each line that is nearest in x, and the line that is nearest in y. */

import type { RunStyle } from "../kit/colour";
import type { Line } from "../series/line";
import { lowerBound } from "../series/line";
import type { DrawnSeries } from "./chart_content";
import { type Projection, pixelsOf } from "./projection";

export interface Hit {
  /** The run's name or the group's, and the tag where the chart has several. */
  name: string;
  tag: string | null;
  key: string;
  style: RunStyle;
  line: Line;
  /** Index of the entry; −1 when only a mark is near. */
  entry: number;
  /** Index of the mark of the same place, or −1. */
  mark: number;
  /** Distance from the pointer in y, in pixels; infinite for a value without a place. */
  distance: number;
}

/** The index of the entry nearest in pixels to x among entries that are finite or not; −1 for an empty line. */
export function nearestEntry(line: Line, x: number): number {
  if (line.x.length === 0) return -1;
  const after = lowerBound(line.last, x);
  if (after === line.x.length) return after - 1;
  if (line.first[after] <= x || after === 0) return after;
  return x - line.x[after - 1] <= line.x[after] - x ? after - 1 : after;
}

/** The mark within an entry's bounds: one that begins where the entry ends is not in it. */
export function markAt({ marks, first, last, isClosed }: Line, entry: number): number {
  const [from, to] = [first[entry], last[entry]];
  for (let i = 0; i < marks.x.length; i++) {
    const isBefore = isClosed[entry] === 1 ? marks.first[i] <= to : marks.first[i] < to;
    const isBehind = marks.isClosed[i] === 1 ? marks.last[i] >= from : marks.last[i] > from;
    if (isBefore && isBehind) return i;
  }
  return -1;
}

/**
 * The entries of the runs' lines at x, nearest to `pixelY` first. Of a run with several segments the one nearest in x
 * answers. A run that has ended, or has not begun, more than `reach` pixels away is left out; between two entries, however
 * far apart, its line is drawn, and the nearer entry answers.
 */
export function hitTest(
  all: readonly DrawnSeries[],
  x: Projection,
  y: Projection,
  value: number,
  pixelY: number,
  reach: number,
): Hit[] {
  const [toX, toY] = [pixelsOf(x), pixelsOf(y)];
  const pixelX = toX(value);
  const hits: Hit[] = [];
  for (const { key, name, tag, style, lines } of all) {
    let best: Hit | null = null;
    let bestGap = reach;
    for (const line of lines) {
      const entry = nearestEntry(line, value);
      const nearBy = entry >= 0 && line.first[entry] <= value && line.last[entry] >= value;
      let gap = nearBy ? 0 : entry >= 0 ? Math.abs(toX(line.x[entry]) - pixelX) : Number.POSITIVE_INFINITY;
      if (entry >= 0 && line.first[0] <= value && value <= line.last[line.x.length - 1])
        gap = Math.min(gap, reach);
      let mark = entry < 0 ? -1 : markAt(line, entry);
      let shown = entry;
      for (let i = 0; i < line.marks.x.length; i++) {
        const markGap =
          line.marks.first[i] <= value && value <= line.marks.last[i]
            ? 0
            : Math.abs(toX(line.marks.x[i]) - pixelX);
        if (markGap < gap) {
          gap = markGap;
          mark = i;
          shown = -1;
        }
      }
      if (gap > bestGap || (best !== null && gap === bestGap && line.segment < best.line.segment)) continue;
      // The line that stands out is the one that is pointed at.
      const pixel = shown < 0 ? Number.NaN : toY((line.smooth ?? line.y)[shown]);
      const distance = Number.isFinite(pixel) ? Math.abs(pixel - pixelY) : Number.POSITIVE_INFINITY;
      best = { name, tag, key, style, line, entry: shown, mark, distance };
      bestGap = gap;
    }
    if (best !== null) hits.push(best);
  }
  return hits.sort((one, other) => one.distance - other.distance);
}
