/** Brushes: the part of an axis whose runs remain. A run remains that every brush has; a run without a value does not. */

import type { CellValue } from "../../runs/run_columns";
import { formatMeant } from "../../runs/run_columns";
import { numberAt, shareOf, type ValueAxis } from "./value_axis";

export type Brush =
  | { column: string; low: number; high: number }
  /** Of an axis of words: those of them that remain. */
  | { column: string; words: readonly string[] };

export function isWithin(brush: Brush, value: CellValue): boolean {
  if (value === null) return false;
  if ("words" in brush) return brush.words.includes(String(value));
  return typeof value === "number" && value >= brush.low && value <= brush.high;
}

/** A narrower part of an axis is no brush, but a click. */
const NARROWEST = 0.01;

/** The brush from one place of an axis to another; null for the whole axis, and for nothing of it. */
export function brushOf(axis: ValueAxis, from: number, to: number): Brush | null {
  const [low, high] = [Math.max(0, Math.min(from, to)), Math.min(1, Math.max(from, to))];
  if (low <= 0 && high >= 1) return null;
  const { column, values, scale } = axis;
  if (scale === "words") {
    const words = values.map(String).filter((word) => {
      const share = shareOf(axis, word) ?? -1;
      return share >= low && share <= high;
    });
    return words.length === 0 || words.length === values.length ? null : { column, words };
  }
  // On one value both ends may be moved by keys.
  const isOnValue = values.some((value) => Math.abs((shareOf(axis, value) ?? 2) - low) < 1e-9);
  if (high - low < NARROWEST && !isOnValue) return null;
  return { column, low: numberAt(axis, low), high: numberAt(axis, high) };
}

/** From where to where a brush is on its axis; null where there is none. */
export function sharesOf(axis: ValueAxis, brush: Brush | undefined): [number, number] | null {
  if (brush === undefined) return null;
  const clamped = (share: number): number => Math.min(1, Math.max(0, share));
  if ("words" in brush) {
    const places = brush.words.map((word) => axis.places.get(word)).filter((place) => place !== undefined);
    if (places.length === 0) return null;
    const half = 0.5 / axis.values.length;
    return [clamped(Math.min(...places) - half), clamped(Math.max(...places) + half)];
  }
  if (axis.scale === "words") return null;
  // Of a log axis nothing is at 0 and below.
  const at = (value: number): number =>
    axis.scale === "log" && value <= 0 ? 0 : clamped(shareOf(axis, value) ?? 0);
  return [at(brush.low), at(brush.high)];
}

/** A brush in words: "0.001 to 0.1", "adam, sgd". */
export function brushText(brush: Brush): string {
  if ("words" in brush) return brush.words.join(", ");
  const { low, high } = brush;
  return low === high ? formatMeant(low) : `${formatMeant(low)} to ${formatMeant(high)}`;
}

/** As in a link. */
export function encodeBrush(brush: Brush): string {
  const { column } = brush;
  return JSON.stringify("words" in brush ? [column, brush.words] : [column, brush.low, brush.high]);
}

/** The brush that a text of a link names; null where it names none. */
export function decodeBrush(text: string): Brush | null {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || typeof parts[0] !== "string") return null;
  const [column, low, high] = parts as [string, unknown, unknown];
  if (Array.isArray(low) && low.length > 0 && low.every((word) => typeof word === "string"))
    return { column, words: low as string[] };
  return typeof low === "number" && typeof high === "number" && low <= high ? { column, low, high } : null;
}
