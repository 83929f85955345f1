/** A picture with its axes, which a view draws by itself: laid out in CSS pixels, drawn with a pen. */

import { logTickLabels, tickLabels } from "../kit/format";
import type { DrawnAxis, Range, Scale } from "../series/axis";
import { type AxisLayout, placeLabels, yAxis } from "./axes";
import type { Pen } from "./draw";
import type { Rectangle } from "./draw_axes";
import type { HeatCells } from "./heat_cells";
import { type Projection, pixelsOf, withWidth } from "./projection";
import { TEXT_HEIGHT, textWidth } from "./text_width";
import { durationLabels, durationTicks, linearTicks, symlogTicks, timeLabels, timeTicks } from "./ticks";

export interface ValueScale {
  range: Range;
  scale: Scale;
  threshold: number;
}

export interface Panel {
  size: { width: number; height: number };
  plot: Rectangle;
  across: AxisLayout;
  up: AxisLayout;
  /** Behind what is drawn, over the whole of the plot. */
  cells: HeatCells | null;
  draw(pen: Pen): void;
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
  const laid = (count: number): { axis: AxisLayout; hasRoom: boolean } => {
    const values = ticksFor(count).filter((value) => value >= projection.low && value <= projection.high);
    const texts = labelsOf(values);
    const sized = values.map((value, i) => ({
      text: texts[i],
      at: toPixel(value),
      size: textWidth(texts[i]),
    }));
    const labels = placeLabels(sized, [0, width], 12);
    const axis = { ticks: values.map(toPixel), minor: [], labels };
    return { axis, hasRoom: labels.length === values.length };
  };
  let count = Math.max(1, Math.abs(projection.end - projection.start) / 45);
  let found = laid(count);
  while (!found.hasRoom && count >= 1) {
    count *= 0.75;
    found = laid(count);
  }
  // One tick tells no scale.
  for (let finer = 2 * count; found.axis.labels.length < 2 && finer <= 8 * count; finer *= 2) {
    const next = laid(finer);
    if (next.axis.labels.length > 1) found = next;
  }
  return found.axis;
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
