/** The layout of a chart's axes: where ticks are, and labels that lie within the frame and never touch. */

import { logTickLabels, tickLabels } from "../kit/format";
import { isDuration, isOfSteps } from "../series/axis";
import type { ChartContent } from "./chart_content";
import type { Fit } from "./fit";
import { type Projection, pixelsOf } from "./projection";
import { cutText, TEXT_HEIGHT, textWidth } from "./text_width";
import {
  durationLabels,
  durationTicks,
  linearTicks,
  logTicks,
  minorLogTicks,
  symlogTicks,
  timeLabels,
  timeTicks,
} from "./ticks";

type Axes = Pick<ChartContent, "axis" | "places" | "xScale" | "yScale">;

/** Places along an axis, in CSS pixels. */
export interface AxisLayout {
  ticks: readonly number[];
  /** Ticks without a label, between the others. */
  minor: readonly number[];
  labels: readonly PlacedLabel[];
}

export interface PlacedLabel {
  text: string;
  /** Its middle. */
  at: number;
}

/** The least room between two labels, beside and above each other, in CSS pixels. */
const GAP_BESIDE = 14;
const GAP_ABOVE = 4;
/** Labels stay this far from the left and the right of the frame. */
const EDGE = 2;
/** Labels are this far from each other where they are as short as they can be. */
const CLOSEST_BESIDE = 40;
const CLOSEST_TIMES = 60;
const CLOSEST_ABOVE = 26;

interface Labelled {
  values: readonly number[];
  labels: readonly string[];
}

/**
 * Labels with the middle at their ticks, those at the ends of the frame shifted into it. One that would touch the one
 * before it, or is larger than the frame, is left out.
 */
export function placeLabels(
  labels: readonly { text: string; at: number; size: number }[],
  [low, high]: readonly [number, number],
  gap: number,
): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { text, at, size } of labels.toSorted((one, other) => one.at - other.at)) {
    const from = Math.max(low, Math.min(at - size / 2, high - size));
    if (from + size > high || from < end + gap) continue;
    placed.push({ text, at: from + size / 2 });
    end = from + size;
  }
  return placed;
}

/** As many ticks as have room for their labels; `ticksFor` makes about so many. */
function roomyTicks(
  ticksFor: (count: number) => number[],
  labelsOf: (ticks: readonly number[]) => string[],
  hasRoom: (labelled: Labelled) => boolean,
  most: number,
): Labelled {
  for (let count = Math.max(1, most); ; count *= 0.8) {
    const values = ticksFor(count);
    const labelled = { values, labels: labelsOf(values) };
    if (count < 1 || hasRoom(labelled)) return labelled;
  }
}

/**
 * The x axis between the left and the right of the plot; labels stay within the frame, which begins at 0. An axis whose
 * range is of no values has none.
 */
export function xAxis(axes: Axes, { x, hasX }: Fit, projection: Projection, frameWidth: number): AxisLayout {
  const { axis, places, xScale } = axes;
  const toPixel = pixelsOf(projection);
  const width = projection.end - projection.start;
  if (places !== null) return placesAxis(places, toPixel, width, frameWidth);
  const ticksFor = (count: number): number[] => {
    if (axis === "wall") return timeTicks(...x, count);
    if (xScale === "log") return logTicks(...x, count);
    if (xScale === "symlog") return symlogTicks(...x, 1, count);
    if (isDuration(axis)) return durationTicks(...x, count);
    const ticks = linearTicks(...x, count);
    // Between two steps there is none.
    const whole = isOfSteps(axis) ? ticks.filter(Number.isInteger) : ticks;
    return whole.length > 0 ? whole : ticks;
  };
  const sized = ({ values, labels }: Labelled) =>
    values.map((value, i) => ({ text: labels[i], at: toPixel(value), size: textWidth(labels[i]) }));
  const place = (labelled: Labelled): PlacedLabel[] =>
    placeLabels(sized(labelled), [EDGE, frameWidth - EDGE], GAP_BESIDE);
  const labelled = roomyTicks(
    ticksFor,
    (ticks) => xLabels(axes, ticks),
    (found) => place(found).length === found.values.length,
    width / (axis === "wall" ? CLOSEST_TIMES : CLOSEST_BESIDE),
  );
  return {
    ticks: labelled.values.map(toPixel),
    minor: axis !== "wall" && xScale === "log" ? minorLogTicks(...x, labelled.values).map(toPixel) : [],
    labels: hasX ? place(labelled) : [],
  };
}

/** An axis of runs: their names, where each has room for its own. */
function placesAxis(
  places: readonly string[],
  toPixel: (value: number) => number,
  width: number,
  frameWidth: number,
): AxisLayout {
  const room = width / places.length - EDGE;
  if (room < CLOSEST_BESIDE) return { ticks: [], minor: [], labels: [] };
  const sized = places.map((name, i) => {
    const text = cutText(name, room);
    return { text, at: toPixel(i), size: textWidth(text) };
  });
  return { ticks: [], minor: [], labels: placeLabels(sized, [0, frameWidth], EDGE) };
}

/** The y axis between the bottom and the top of the plot; labels stay within the frame, which begins at 0. */
export function yAxis(
  { yScale }: Axes,
  { y, hasY, threshold }: Fit,
  projection: Projection,
  frameHeight: number,
): AxisLayout {
  const toPixel = pixelsOf(projection);
  const height = Math.abs(projection.end - projection.start);
  const ticksFor = (count: number): number[] => {
    if (yScale === "log") return logTicks(...y, count);
    return yScale === "symlog" ? symlogTicks(...y, threshold, count) : linearTicks(...y, count);
  };
  const place = ({ values, labels }: Labelled): PlacedLabel[] =>
    placeLabels(
      values.map((value, i) => ({ text: labels[i], at: toPixel(value), size: TEXT_HEIGHT })),
      [0, frameHeight],
      GAP_ABOVE,
    );
  const labelled = roomyTicks(
    ticksFor,
    (ticks) => (yScale === "linear" ? tickLabels(ticks) : logTickLabels(ticks)),
    (found) => place(found).length === found.values.length,
    height / CLOSEST_ABOVE,
  );
  return {
    ticks: labelled.values.map(toPixel),
    minor: yScale === "log" ? minorLogTicks(...y, labelled.values).map(toPixel) : [],
    labels: hasY ? place(labelled) : [],
  };
}

/** The room that the labels of a y axis take, with their ticks. */
export function widthOfLabels({ labels }: AxisLayout): number {
  return Math.max(40, 17 + Math.ceil(Math.max(0, ...labels.map(({ text }) => textWidth(text)))));
}

function xLabels({ axis, xScale }: Axes, ticks: readonly number[]): string[] {
  if (axis === "wall") return timeLabels(ticks);
  if (xScale === "linear") return isDuration(axis) ? durationLabels(ticks) : tickLabels(ticks);
  const labels = logTickLabels(ticks);
  return isDuration(axis) ? labels.map((label) => (label === "0" ? label : `${label} s`)) : labels;
}
