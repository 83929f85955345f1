/** A range as two texts that can be typed: numbers, or times of day and date on the axis of wall time. */

import { formatTime } from "../../kit/format";
import type { Axis, Range } from "../../series/axis";

/** A bound as it stands in a field; a time in the local time zone. */
export function boundText(value: number, axis: Axis): string {
  return axis === "wall" ? formatTime(value) : String(value);
}

/** The number a bound was typed as: seconds since the epoch for a time. NaN for a text that is neither. */
function readBound(text: string, axis: Axis): number {
  if (text === "") return Number.NaN;
  if (axis !== "wall") return Number(text);
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/u.exec(text);
  // A date and a time with "T" and no zone are local.
  return parts === null ? Number.NaN : Date.parse(`${parts[1]}T${parts[2]}`) / 1000;
}

/**
 * The range that two texts are, the smaller one first; null for anything else. A bound of `known`, the range that was in
 * the fields, is kept to its last digit where its text was.
 */
export function readRange(from: string, to: string, axis: Axis, known: Range | null): Range | null {
  const [low, high] = [from, to].map((text, i) => {
    const bound = known?.[i];
    return bound !== undefined && text.trim() === boundText(bound, axis)
      ? bound
      : readBound(text.trim(), axis);
  });
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : null;
}
