/** What an overlay is: a number, or a word, of each box of a model, that the drawings show as colour, bar and text. */

import type { CostKind } from "../../../api/model";
import { formatBytes, formatCount, formatDuration, formatValue } from "../../../kit/format";

/** A group or a node as it is drawn; -1 for the one that it is not. */
export interface Box {
  group: number;
  node: number;
  /** By the names of costs. */
  costs: Readonly<Record<string, number | null>>;
  /** Of what a node puts out, where that is known. */
  dtype?: string;
}

export type Unit = CostKind["unit"] | "value" | "word";

export interface Overlay {
  /** In the link. */
  name: string;
  title: string;
  unit: Unit;
  /** Of a box; null where nothing is known. */
  valueOf(box: Box): number | string | null;
  /** The value of the whole, which bars are shares of; null where they are not. */
  whole: number | null;
  /** Those of all groups, which the scale is made of; words each once, the most frequent first. */
  values(): readonly (number | string)[];
}

/** A duration, in the unit that has digits before the point. */
export function formatSeconds(seconds: number): string {
  if (seconds >= 10 || seconds <= 0) return formatDuration(seconds);
  if (seconds >= 1) return `${formatValue(seconds, 3)} s`;
  return seconds >= 1e-3 ? `${formatValue(seconds * 1e3, 3)} ms` : `${formatValue(seconds * 1e6, 3)} µs`;
}

/** A value with few digits: exact ones are in the details. */
export function formatOverlay(value: number | string, unit: Unit): string {
  if (typeof value === "string") return value;
  if (!Number.isFinite(value) || value < 0) return formatValue(value, 4);
  if (unit === "bytes") return formatBytes(value);
  if (unit === "seconds") return formatSeconds(value);
  return unit === "value" ? formatValue(value, 4) : formatCount(value);
}
