/** A picture of histograms with its axes: laid out in CSS pixels, drawn with a pen. */

import type { HistogramRows } from "../../api/histograms";
import { type AxisLayout, placeLabels, widthOfLabels, yAxis } from "../../charts/axes";
import type { Pen } from "../../charts/draw";
import type { Rectangle } from "../../charts/draw_axes";
import type { HeatCells } from "../../charts/heat_cells";
import { type Projection, pixelsOf, withWidth } from "../../charts/projection";
import { TEXT_HEIGHT, textWidth } from "../../charts/text_width";
import {
  durationLabels,
  durationTicks,
  linearTicks,
  symlogTicks,
  timeLabels,
  timeTicks,
} from "../../charts/ticks";
import type { RunStyle } from "../../kit/colour";
import { INFINITY_COLOUR, NAN_COLOUR } from "../../kit/colour";
import { logTickLabels, tickLabels } from "../../kit/format";
import type { Range, Scale } from "../../series/axis";
import type { DrawnAxis } from "./distribution_values";
import type { Histogram } from "./histogram";

/** One run's histograms of a tag. */
export interface RunHistograms {
  name: string;
  label: string;
  style: RunStyle;
  rows: HistogramRows;
  /** Where each row is on the drawn axis. */
  x: Float64Array;
  /** The one at the shared place, and where it is; null before there is one. */
  placed: { histogram: Histogram; x: number; step: number } | null;
}

export interface ValueScale {
  range: Range;
  scale: Scale;
  threshold: number;
}

export interface PanelOptions {
  size: { width: number; height: number };
  axis: DrawnAxis;
  /** The common range of the runs on it. */
  along: Range;
  values: ValueScale;
  hasLogCounts: boolean;
  ground: string;
  text: string;
  /** The run that stands out; null for none. */
  emphasis: string | null;
}

/** What is under the pointer. */
export interface PointedAt {
  run: RunHistograms;
  /** Its row; null for the histogram at the shared place. */
  row: number | null;
  /** The value at the pointer; null where the picture has no axis of values there. */
  value: number | null;
}

export interface Panel {
  size: { width: number; height: number };
  plot: Rectangle;
  across: AxisLayout;
  up: AxisLayout;
  /** Behind what is drawn, over the whole of the plot. */
  cells: HeatCells | null;
  draw(pen: Pen): void;
  /** In CSS pixels of the panel. */
  at(x: number, y: number): PointedAt[];
}

const BELOW = 22;
const [TOP, RIGHT] = [6, 10];

export function plotOf({ width, height }: { width: number; height: number }, left: number): Rectangle {
  return {
    ...{ left, top: TOP },
    ...{ width: Math.max(1, width - left - RIGHT), height: Math.max(1, height - TOP - BELOW) },
  };
}

export function coordinate(
  axis: "x" | "y",
  plot: Rectangle,
  range: Range,
  scale: ValueScale | null,
): Projection {
  const [low, high] = withWidth(range[0], range[1], "linear");
  const ends =
    axis === "x"
      ? { start: plot.left, end: plot.left + plot.width }
      : { start: plot.top + plot.height, end: plot.top };
  return scale === null
    ? { low, high, scale: "linear", ...ends }
    : { low, high, scale: scale.scale, threshold: scale.threshold, ...ends };
}

/** Ticks with as many labels as have room beside each other. */
function across(
  ticksFor: (count: number) => number[],
  labelsOf: (ticks: readonly number[]) => string[],
  projection: Projection,
  width: number,
): AxisLayout {
  const toPixel = pixelsOf(projection);
  for (let count = Math.max(1, Math.abs(projection.end - projection.start) / 45); ; count *= 0.75) {
    const values = ticksFor(count).filter((value) => value >= projection.low && value <= projection.high);
    const texts = labelsOf(values);
    const sized = values.map((value, i) => ({
      text: texts[i],
      at: toPixel(value),
      size: textWidth(texts[i]),
    }));
    const labels = placeLabels(sized, [0, width], 12);
    if (labels.length === values.length || count < 1)
      return { ticks: values.map(toPixel), minor: [], labels };
  }
}

/** An x axis of values. */
export function valuesAcross(values: ValueScale, projection: Projection, width: number): AxisLayout {
  const { low, high } = projection;
  return values.scale === "symlog"
    ? across((count) => symlogTicks(low, high, values.threshold, count), logTickLabels, projection, width)
    : across((count) => linearTicks(low, high, count), tickLabels, projection, width);
}

function placeTicks(axis: DrawnAxis, low: number, high: number, count: number): number[] {
  if (axis === "wall") return timeTicks(low, high, count);
  if (axis === "relative") return durationTicks(low, high, count);
  const whole = linearTicks(low, high, count).filter(Number.isInteger);
  return whole.length > 0 ? whole : [Math.round(low)];
}

function placeLabelsOf(axis: DrawnAxis, ticks: readonly number[]): string[] {
  if (axis === "wall") return timeLabels(ticks);
  return axis === "relative" ? durationLabels(ticks) : tickLabels(ticks);
}

/** An x axis of steps, or of time. */
export function placesAcross(axis: DrawnAxis, projection: Projection, width: number): AxisLayout {
  return across(
    (count) => placeTicks(axis, projection.low, projection.high, count),
    (ticks) => placeLabelsOf(axis, ticks),
    projection,
    width,
  );
}

/** A y axis of steps, or of time. */
export function placesUp(axis: DrawnAxis, projection: Projection, height: number): AxisLayout {
  const toPixel = pixelsOf(projection);
  const count = Math.max(1, Math.abs(projection.end - projection.start) / 32);
  const values = placeTicks(axis, projection.low, projection.high, count).filter(
    (value) => value >= projection.low && value <= projection.high,
  );
  const texts = placeLabelsOf(axis, values);
  const sized = values.map((value, i) => ({ text: texts[i], at: toPixel(value), size: TEXT_HEIGHT }));
  return { ticks: values.map(toPixel), minor: [], labels: placeLabels(sized, [0, height], 4) };
}

/** A y axis of numbers. */
export function numbersUp(projection: Projection, height: number): AxisLayout {
  const { low, high, scale, threshold = 1 } = projection;
  const fit = {
    ...{ x: [0, 1] as [number, number], y: [low, high] as [number, number], threshold },
    ...{ hasX: true, hasY: true, above: 0, below: 0, noPlace: 0 },
  };
  return yAxis({ axis: "step", places: null, xScale: "linear", yScale: scale }, fit, projection, height);
}

export { widthOfLabels };

/** A colour between two, as `#rrggbb` each. */
export function between(from: string, to: string, share: number): string {
  const part = (colour: string, at: number): number => Number.parseInt(colour.slice(at, at + 2), 16);
  return `#${[1, 3, 5]
    .map((at) => Math.round(part(from, at) + (part(to, at) - part(from, at)) * share))
    .map((value) => value.toString(16).padStart(2, "0"))
    .join("")}`;
}

/** The row that is nearest to a place; null without any. */
export function nearestRow({ x }: RunHistograms, place: number): number | null {
  let found: number | null = null;
  for (let row = 0; row < x.length; row++)
    if (found === null || Math.abs(x[row] - place) <= Math.abs(x[found] - place)) found = row;
  return found;
}

/** The colour of the mark of a row with numbers that are not finite; null for none. */
export function markOf({ isNotFinite, nan, posInf, negInf }: HistogramRows, row: number): string | null {
  if (nan[row] > 0 || isNotFinite[row] === 1) return NAN_COLOUR;
  return posInf[row] + negInf[row] > 0 ? INFINITY_COLOUR : null;
}

/** A diamond. */
export function drawMark(pen: Pen, x: number, y: number, colour: string): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(x, y - 4);
  pen.lineTo(x + 4, y);
  pen.lineTo(x, y + 4);
  pen.lineTo(x - 4, y);
  pen.closePath();
  pen.fill();
}
