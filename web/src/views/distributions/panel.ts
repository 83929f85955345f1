/** A picture of histograms with its axes. */

import type { HistogramRows } from "../../api/histograms";
import type { Pen } from "../../charts/draw";
import type { Panel, ValueScale } from "../../charts/panel";
import type { RunStyle } from "../../kit/colour";
import { INFINITY_COLOUR, NAN_COLOUR } from "../../kit/colour";
import type { DrawnAxis, Range } from "../../series/axis";
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

export interface PanelOptions {
  size: { width: number; height: number };
  axis: DrawnAxis;
  /** The common range of the runs on it. */
  along: Range;
  values: ValueScale;
  /** Whether numbers lie beyond the range of the values: they are in the bins at its ends. */
  isCut: boolean;
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

export interface HistogramPanel extends Panel {
  /** In CSS pixels of the panel. */
  at(x: number, y: number): PointedAt[];
}

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
