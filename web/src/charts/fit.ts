/** Bounds of a chart's axes: as asked, else of the drawn lines. */

import type { Range, Scale } from "../series/axis";
import { extentOfX, extentOfY, type Line, lowerBound } from "../series/line";
import { thresholdFor } from "../series/scale";
import { withAir, withWidth } from "./projection";

interface Drawable {
  lines: readonly Line[];
}

export interface FitOptions {
  xScale: Scale;
  yScale: Scale;
  /** The ranges to show; null for all there is. */
  xRange: Range | null;
  yRange: Range | null;
  /** Whether y is that of the middle nine tenths of the values. */
  ignoresOutliers: boolean;
}

export interface Fit {
  x: [number, number];
  y: [number, number];
  /** Whether the ranges are asked for or of values: those of a chart without any say nothing. */
  hasX: boolean;
  hasY: boolean;
  /** Of a symlog y axis. */
  threshold: number;
  /** How many series have values above and below the shown range. */
  above: number;
  below: number;
  /** How many series have values in sight that a log y axis has no place for. */
  noPlace: number;
}

/** The share of values that is passed over at each end. */
const OUTLIERS = 0.05;

/** The first and the last x of all lines. */
export function extentOfSeries(all: readonly Drawable[]): Range | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { lines } of all) {
    for (const line of lines) {
      const extent = extentOfX(line);
      if (extent === null) continue;
      low = Math.min(low, extent[0]);
      high = Math.max(high, extent[1]);
    }
  }
  return low <= high ? [low, high] : null;
}

export function fitAxes(all: readonly Drawable[], options: FitOptions): Fit {
  const { xScale, yScale, xRange, yRange, ignoresOutliers } = options;
  const isLogX = xScale === "log";
  const known = xRange ?? extentOfSeries(all);
  let [from, to] = known ?? (isLogX ? [1, 10] : [0, 1]);
  if (isLogX && from <= 0) from = Math.max(extentOfSeries(all)?.[0] ?? 1, Number.MIN_VALUE);
  if (isLogX && to <= from) to = from * 10;
  const x = withWidth(from, to, xScale);
  const found = extent(all, x, yScale);
  const whole = found ?? (yScale === "log" ? [0.1, 1] : [0, 1]);
  let shown: Range = whole;
  if (yRange !== null && (yScale !== "log" || yRange[0] > 0)) shown = yRange;
  else if (ignoresOutliers) shown = withoutOutliers(all, x, yScale) ?? whole;
  const threshold = thresholdFor(...shown);
  const y: [number, number] = shown === yRange ? [shown[0], shown[1]] : withAir(...shown, yScale, threshold);
  let above = 0;
  let below = 0;
  if (shown !== whole) {
    for (const series of all) {
      const own = extent([series], x, yScale);
      if (own !== null && own[1] > y[1]) above++;
      if (own !== null && own[0] < y[0]) below++;
    }
  }
  const isBelowZero = (series: Drawable): boolean => (extent([series], x, "linear")?.[0] ?? 1) <= 0;
  const noPlace = yScale === "log" ? all.filter(isBelowZero).length : 0;
  const hasY = found !== null || shown === yRange;
  return { x, y, hasX: known !== null, hasY, threshold, above, below, noPlace };
}

/** Lowest and highest value of all lines within a range of x; null when there is none. */
function extent(all: readonly Drawable[], x: Range, yScale: Scale): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { lines } of all) {
    for (const line of lines) {
      const range = extentOfY(line, x[0], x[1], yScale);
      if (range === null) continue;
      low = Math.min(low, range[0]);
      high = Math.max(high, range[1]);
    }
  }
  return low <= high ? [low, high] : null;
}

/** The range of the middle nine tenths of the drawn values. */
function withoutOutliers(all: readonly Drawable[], x: Range, yScale: Scale): Range | null {
  const values: number[] = [];
  for (const { lines } of all) {
    for (const line of lines) {
      const ys = line.smooth ?? line.y;
      for (let i = lowerBound(line.last, x[0]); i < line.x.length && line.first[i] <= x[1]; i++) {
        if (Number.isFinite(ys[i]) && (yScale !== "log" || ys[i] > 0)) values.push(ys[i]);
      }
    }
  }
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return [at(OUTLIERS), at(1 - OUTLIERS)];
}
