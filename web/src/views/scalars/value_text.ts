/** An entry of a line in words: its place and its value, in few digits and exact. */

import type { Hit } from "../../charts/hit";
import {
  formatDuration,
  formatExact,
  formatStep,
  formatTime,
  formatValue,
  withSeparators,
} from "../../kit/format";
import { type Axis, isDuration, isOfSteps } from "../../series/axis";
import type { Marks } from "../../series/line";

export interface Readout {
  place: string;
  value: string;
  /** Every digit of a point that was recorded; of anything else as many as the page ever shows. */
  exact: string;
  /** The smoothed line there; empty when it is not smoothed. */
  smooth: string;
  /** Values that are not finite at this place, as "2 NaN"; empty when there are none. */
  marks: string;
}

/** A place on an axis in words. */
export function formatX(axis: Axis, x: number): string {
  if (axis === "tag") return formatValue(x);
  return axis === "wall" ? formatTime(x) : isDuration(axis) ? formatDuration(x) : formatStep(x);
}

/** What stands before and behind a place on an axis, so that it says what it is: "step 12", "3 min after the start". */
export function aroundPlace(axis: Axis, xName: string): [before: string, behind: string] {
  if (axis === "tag") return [`${xName} `, ""];
  const behind = {
    aligned: " after the run's first",
    relative: " after the start",
    training: " of training",
  };
  return [isOfSteps(axis) ? "step " : "", axis in behind ? behind[axis as keyof typeof behind] : ""];
}

/** The first and the last whole step that an entry covers. */
export function wholeSteps(first: number, last: number, isClosed: boolean): [number, number] {
  const from = Math.ceil(first);
  return [from, Math.max(from, isClosed ? Math.floor(last) : Math.ceil(last) - 1)];
}

/** Place of an entry: one step, or the whole steps that its bucket covers. */
export function formatPlace(axis: Axis, first: number, last: number, isClosed: boolean): string {
  if (!isOfSteps(axis)) {
    const [from, to] = [formatX(axis, first), formatX(axis, last)];
    return from === to ? from : `${from} – ${to}`;
  }
  const [from, to] = wholeSteps(first, last, isClosed);
  return from === to ? formatStep(from) : `${formatStep(from)} – ${formatStep(to)}`;
}

/** More runs of a group than this are counted, not named. */
const MOST_NAMED = 3;

/** "2 NaN, +Inf"; of a group with the runs that they belong to: "2 NaN: rank_5; +Inf: rank_1". */
export function describeMarks(marks: Marks, index: number): string {
  const parts: string[] = [];
  for (const [kind, word] of [
    ["nan", "NaN"],
    ["posInf", "+Inf"],
    ["negInf", "−Inf"],
  ] as const) {
    const count = marks[kind][index];
    if (count === 0) continue;
    const text = count === 1 ? word : `${withSeparators(String(count))} ${word}`;
    const names = marks.runs?.[index].filter((run) => run[kind] > 0).map(({ name }) => name) ?? [];
    const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
    parts.push(names.length === 0 ? text : `${text}: ${names.slice(0, MOST_NAMED).join(", ")}${rest}`);
  }
  return parts.join(marks.runs === undefined ? ", " : "; ");
}

export function readOut(hit: Pick<Hit, "line" | "entry" | "mark">, axis: Axis): Readout {
  const { line, entry, mark } = hit;
  const marks = mark < 0 ? "" : describeMarks(line.marks, mark);
  if (entry < 0) {
    const { first, last, isClosed } = line.marks;
    const where = formatPlace(axis, first[mark], last[mark], isClosed[mark] === 1);
    return { place: where, value: "", exact: "", smooth: "", marks };
  }
  const smooth = line.smooth === null ? "" : formatValue(line.smooth[entry]);
  const place = formatPlace(axis, line.first[entry], line.last[entry], line.isClosed[entry] === 1);
  if (!line.isBucket[entry]) {
    const y = line.y[entry];
    const value = Number.isFinite(y) ? formatValue(y) : "";
    const exact = line.isComputed || value === "" ? value : formatExact(y, line.isFloat32);
    return { place, value, exact, smooth, marks };
  }
  // A band as narrow as its line says nothing.
  const isFlat = line.low[entry] === line.high[entry];
  const withBounds = (digits?: number): string => {
    const bounds = `${formatValue(line.low[entry], digits)} … ${formatValue(line.high[entry], digits)}`;
    return `${formatValue(line.y[entry])}${isFlat ? "" : ` [${bounds}]`}`;
  };
  return { place, value: withBounds(4), exact: withBounds(), smooth, marks };
}
