/** Drawing of lines, bands and marks on a 2-D canvas, straight from the columns of a `Line`. */

import type { RunStyle } from "../kit/colour";
import type { Scale } from "../series/axis";
import { type Line, lowerBound } from "../series/line";
import { type Projection, pixelsOf } from "./projection";

/** The plot's rectangle on the canvas, in canvas pixels, and its two axes. */
export interface Plot {
  left: number;
  top: number;
  width: number;
  height: number;
  x: Projection;
  y: Projection;
  /** Canvas pixels per CSS pixel. */
  ratio: number;
}

/** The part of a canvas that drawing needs, so that an SVG picture can stand in for one. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "lineJoin"
  | "globalAlpha"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "closePath"
  | "arc"
  | "fill"
  | "stroke"
  | "setLineDash"
>;

export interface Drawn {
  entries: number;
  marks: number;
}

/** First and one-past-last entry that touches the plot, and a neighbour on each side so that the line reaches out. */
function visibleEntries(line: Line, plot: Plot): [number, number] {
  const start = Math.max(0, lowerBound(line.last, plot.x.low) - 1);
  let end = lowerBound(line.first, plot.x.high);
  while (end < line.x.length && line.first[end] <= plot.x.high) end++;
  return [start, Math.min(line.x.length, end + 1)];
}

function hasPlace(value: number, scale: Scale): boolean {
  return Number.isFinite(value) && (scale !== "log" || value > 0);
}

/** Draw a band from min to max where entries are buckets. */
export function drawBand(context: Pen, line: Line, style: RunStyle, plot: Plot): void {
  const [start, end] = visibleEntries(line, plot);
  const { x: xs, low, high, isBucket } = line;
  const floor = plot.top + plot.height;
  const [toX, toY] = [pixelsOf(plot.x), pixelsOf(plot.y)];
  context.fillStyle = style.colour;
  context.beginPath();
  for (let i = start; i < end; ) {
    if (!isBucket[i]) {
      i++;
      continue;
    }
    let stop = i;
    while (stop < end && isBucket[stop]) stop++;
    // The band tapers to the neighbouring points, so that it has no gap beside a bucket.
    const from = Math.max(start, i - 1);
    const to = Math.min(end, stop + 1);
    let isFirst = true;
    for (let k = from; k < to; k++) {
      if (!hasPlace(high[k], plot.y.scale)) continue;
      const pixelX = toX(xs[k]);
      if (isFirst) context.moveTo(pixelX, toY(high[k]));
      else context.lineTo(pixelX, toY(high[k]));
      isFirst = false;
    }
    for (let k = to - 1; k >= from; k--) {
      if (!hasPlace(high[k], plot.y.scale)) continue;
      // On a log axis values at or below zero lie below the frame.
      const pixelY = hasPlace(low[k], plot.y.scale) ? toY(low[k]) : floor;
      context.lineTo(toX(xs[k]), pixelY);
    }
    context.closePath();
    i = stop;
  }
  context.fill();
}

/** A group's line is heavy where all its runs are behind it, light where fewer than half are: so it can't pass for all. */
function weightAt({ runs, size }: Line, entry: number): number {
  if (runs === undefined || size === undefined) return 1;
  if (runs[entry] >= size) return 1.6;
  return 2 * runs[entry] >= size ? 1 : 0.6;
}

/** Draw a column of a line's values; an entry without a finite neighbour is a dot. Returns how many entries lie in the plot. */
export function drawLine(
  context: Pen,
  line: Line,
  style: RunStyle,
  plot: Plot,
  width: number,
  ys: Float64Array = line.y,
): number {
  const [start, end] = visibleEntries(line, plot);
  const { x: xs } = line;
  const [toX, toY] = [pixelsOf(plot.x), pixelsOf(plot.y)];
  const dots: [number, number][] = [];
  let lastX = 0;
  let lastY = 0;
  let runLength = 0;
  let weight = start < end ? weightAt(line, start) : 1;
  context.strokeStyle = context.fillStyle = style.colour;
  context.lineWidth = width * weight * plot.ratio;
  context.lineJoin = "round";
  context.setLineDash(style.dash.map((length) => length * plot.ratio));
  context.beginPath();
  for (let i = start; i < end; i++) {
    if (!hasPlace(ys[i], plot.y.scale)) {
      if (runLength === 1) dots.push([lastX, lastY]);
      runLength = 0;
      continue;
    }
    if (weightAt(line, i) !== weight) {
      context.stroke();
      weight = weightAt(line, i);
      context.lineWidth = width * weight * plot.ratio;
      context.beginPath();
      if (runLength > 0) context.moveTo(lastX, lastY);
    }
    lastX = toX(xs[i]);
    lastY = toY(ys[i]);
    if (runLength === 0) context.moveTo(lastX, lastY);
    else context.lineTo(lastX, lastY);
    runLength++;
  }
  if (runLength === 1) dots.push([lastX, lastY]);
  context.stroke();
  context.setLineDash([]);
  for (const [x, y] of dots) {
    context.beginPath();
    context.arc(x, y, (width + 1) * plot.ratio, 0, 2 * Math.PI);
    context.fill();
  }
  return end - start;
}

/**
 * Draw the places of values that are not finite on the frame: NaN a diamond and +Inf an upward triangle at the top,
 * −Inf a downward triangle at the bottom. Returns how many were drawn.
 */
export function drawMarks(context: Pen, line: Line, style: RunStyle, plot: Plot): number {
  const { marks } = line;
  const toX = pixelsOf(plot.x);
  const size = 4 * plot.ratio;
  const top = plot.top + size;
  const bottom = plot.top + plot.height - size;
  let count = 0;
  context.fillStyle = style.colour;
  context.beginPath();
  for (let i = 0; i < marks.x.length; i++) {
    if (marks.last[i] < plot.x.low || marks.first[i] > plot.x.high) continue;
    const x = toX(Math.min(Math.max(marks.x[i], plot.x.low), plot.x.high));
    if (marks.nan[i] > 0) {
      polygon(context, [x, top - size], [x + size, top], [x, top + size], [x - size, top]);
      count++;
    }
    if (marks.posInf[i] > 0) {
      polygon(context, [x, top - size], [x + size, top + size], [x - size, top + size]);
      count++;
    }
    if (marks.negInf[i] > 0) {
      polygon(context, [x, bottom + size], [x + size, bottom - size], [x - size, bottom - size]);
      count++;
    }
  }
  context.fill();
  return count;
}

/** A ring about a place, filled with the ground, or with the series' colour where that is null. */
export function drawBest(
  context: Pen,
  x: number,
  y: number,
  style: RunStyle,
  plot: Plot,
  ground: string | null,
): void {
  if (!hasPlace(y, plot.y.scale)) return;
  context.beginPath();
  context.arc(pixelsOf(plot.x)(x), pixelsOf(plot.y)(y), 4 * plot.ratio, 0, 2 * Math.PI);
  context.fillStyle = ground ?? style.colour;
  context.strokeStyle = style.colour;
  context.lineWidth = 1.5 * plot.ratio;
  context.fill();
  context.stroke();
}

function polygon(context: Pen, ...corners: [number, number][]): void {
  corners.forEach(([x, y], i) => {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.closePath();
}
