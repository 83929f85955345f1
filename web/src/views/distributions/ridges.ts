/** Ridgelines: each step's counts as a ridge, one behind the other, the newest in front; or all on one base line. */

import { widthOfLabels } from "../../charts/axes";
import type { Pen } from "../../charts/draw";
import type { Rectangle } from "../../charts/draw_axes";
import { coordinate, numbersUp, placesUp, plotOf, valuesAcross } from "../../charts/panel";
import { type Projection, pixelsOf, toValue } from "../../charts/projection";
import {
  between,
  drawMark,
  type HistogramPanel,
  markOf,
  nearestRow,
  type PanelOptions,
  type RunHistograms,
} from "./panel";
import { addTo, type Grid, rebinned } from "./rebin";

/** How much of the height the highest ridge takes, where they stand one behind the other. */
const LIFT = 0.4;
const BIN_WIDTH = 4;

/** The bins that ridges over so many pixels have. */
export function gridFor({ values }: PanelOptions, width: number): Grid {
  return { ...values, bins: Math.max(16, Math.min(160, Math.round(width / BIN_WIDTH))) };
}

/**
 * The largest count of a bin in any row, and at the place. Bins at the ends do not count where they have all that lies
 * beyond them, unless there is nothing else.
 */
export function highestCount(runs: readonly RunHistograms[], grid: Grid, isCut: boolean): number {
  const counts = runs.flatMap((run) => [rebinned(run.rows, grid), placedCounts(run, grid)]);
  return highestOf(counts, grid, isCut);
}

/** The same of rows that are in the bins of the grid. */
export function highestOf(rows: readonly Float64Array[], { bins }: Grid, isCut: boolean): number {
  let [highest, highestAtEnd] = [0, 0];
  for (const counts of rows)
    for (let start = 0; start < counts.length; start += bins)
      for (let bin = 0; bin < bins; bin++) {
        const count = counts[start + bin];
        if (isCut && (bin === 0 || bin === bins - 1)) highestAtEnd = Math.max(highestAtEnd, count);
        else if (count > highest) highest = count;
      }
  return highest > 0 ? highest : highestAtEnd;
}

/** The histogram at the place in the bins of the grid. */
export function placedCounts({ placed }: RunHistograms, grid: Grid): Float64Array {
  const counts = new Float64Array(grid.bins);
  if (placed === null) return counts;
  const { edges, counts: count } = placed.histogram;
  addTo(counts, 0, grid, { left: edges.slice(0, -1), right: edges.slice(1), count }, 0, count.length);
  return counts;
}

/**
 * From counts to shares of the height that the highest one has, which no count is above; as the axis of `LOG_COUNTS` has it
 * where it is a log one.
 */
export function heightsOf(hasLog: boolean, highest: number): (count: number) => number {
  if (highest === 0) return () => 0;
  return hasLog
    ? (count) => Math.min(1, Math.asinh(count) / Math.asinh(highest))
    : (count) => Math.min(1, count / highest);
}

export function ridgePanel(
  run: RunHistograms,
  options: PanelOptions,
  highest: number,
  grid: Grid,
  isOverlay: boolean,
): HistogramPanel {
  const { size, axis, along, values, ground, text, hasLogCounts } = options;
  const up = (plot: Rectangle): Projection =>
    isOverlay
      ? { ...coordinate("y", plot, [0, highest || 1], hasLogCounts ? LOG_COUNTS : null) }
      : {
          ...coordinate("y", plot, along, null),
          start: plot.top + LIFT * plot.height,
          end: plot.top + plot.height,
        };
  const layout = (plot: Rectangle) =>
    isOverlay ? numbersUp(up(plot), size.height) : placesUp(axis, up(plot), size.height);
  const plot = plotOf(size, widthOfLabels(layout(plotOf(size, 0))));
  const x = coordinate("x", plot, values.range, values);
  const y = up(plot);
  const counts = rebinned(run.rows, grid);
  const heightOf = heightsOf(hasLogCounts, highest);
  const lift = isOverlay ? plot.height : LIFT * plot.height;
  const toY = pixelsOf(y);
  const baseOf = (place: number): number => (isOverlay ? plot.top + plot.height : toY(place));
  const perBin = plot.width / grid.bins;
  /** The outline from the first bin with anything in it to the last; false without any. */
  const outline = (pen: Pen, all: Float64Array, from: number, base: number): boolean => {
    let [first, last] = [from, from + grid.bins - 1];
    while (first <= last && all[first] === 0) first++;
    while (last > first && all[last] === 0) last--;
    if (first > last) return false;
    const at = (bin: number): number => plot.left + (bin - from + 0.5) * perBin;
    pen.beginPath();
    pen.moveTo(at(first) - perBin / 2, base);
    for (let bin = first; bin <= last; bin++) pen.lineTo(at(bin), base - lift * heightOf(all[bin]));
    pen.lineTo(at(last) + perBin / 2, base);
    return true;
  };
  const rowCount = run.x.length;
  return {
    ...{ size, plot, cells: null, across: valuesAcross(values, x, size.width), up: layout(plot) },
    draw(pen) {
      pen.lineJoin = "round";
      for (let row = 0; row < rowCount; row++) {
        const share = rowCount < 2 ? 1 : row / (rowCount - 1);
        const base = baseOf(run.x[row]);
        const colour = between(ground, run.style.colour, 0.25 + 0.6 * share);
        if (outline(pen, counts, row * grid.bins, base)) {
          pen.lineWidth = 1;
          if (isOverlay) {
            pen.strokeStyle = colour;
          } else {
            pen.fillStyle = colour;
            pen.fill();
            pen.strokeStyle = ground;
            pen.lineWidth = rowCount > 60 ? 0.5 : 1;
          }
          pen.stroke();
        }
        const mark = markOf(run.rows, row);
        if (mark !== null && !isOverlay) drawMark(pen, plot.left + plot.width - 4, base, mark);
      }
      if (run.placed === null) return;
      if (outline(pen, placedCounts(run, grid), 0, baseOf(run.placed.x))) {
        pen.strokeStyle = text;
        pen.lineWidth = 1.6;
        pen.stroke();
      }
    },
    at(pointX, pointY) {
      const value = toValue(x, Math.min(plot.left + plot.width, Math.max(plot.left, pointX)));
      const bin = Math.min(grid.bins - 1, Math.max(0, Math.floor((pointX - plot.left) / perBin)));
      let found: number | null = null;
      if (isOverlay) {
        for (let row = 0; row < rowCount; row++) {
          const top = (each: number): number => baseOf(0) - lift * heightOf(counts[each * grid.bins + bin]);
          if (found === null || Math.abs(top(row) - pointY) <= Math.abs(top(found) - pointY)) found = row;
        }
      } else {
        // The one in front of all others whose ridge is there.
        for (let row = rowCount - 1; row >= 0 && found === null; row--) {
          const base = baseOf(run.x[row]);
          const height = lift * heightOf(counts[row * grid.bins + bin]);
          if (pointY <= base + 1 && pointY >= base - height) found = row;
        }
        found ??= nearestRow(run, toValue(y, pointY));
      }
      return found === null ? [] : [{ run, row: found, value }];
    },
  };
}

/** Of axes of counts: linear below one, which no count but 0 is. */
export const LOG_COUNTS = { range: [0, 1] as const, scale: "symlog" as const, threshold: 1 };
