/** From values to colours: limits that few outliers do not move, and scales that are sequential or diverging. */

import { divergingAt, type Rgb, sequentialAt } from "../../charts/heat_map";
import type { Range } from "../../series/axis";
import type { Against } from "./layers_link";
import type { Colouring } from "./statistics";

export interface ColourLimits {
  /** In the coordinate below. */
  low: number;
  high: number;
  isDiverging: boolean;
}

/** The usual ratio of updates to weights, as a logarithm. */
const USUAL_RATIO = -3;
/** Against a row's own past, in decades. */
const PAST: ColourLimits = { low: -2, high: 2, isDiverging: true };
/** The share of cells that is beyond the limits at each end. */
const BEYOND = 0.01;
/** Of more values than these evenly chosen ones are sorted. */
const MOST_SORTED = 20_000;

/** Where a value is on the scale, before its limits; NaN where it has no place. */
export function coordinateOf(value: number, colouring: Colouring, against: Against): number {
  if (against === "median" || colouring === "share") return value;
  if (colouring === "count") return Math.log10(1 + value);
  const magnitude = Math.abs(value);
  return magnitude > 0 ? Math.log10(magnitude) : Number.NaN;
}

/** The value at a place of the scale. */
export function valueAt(coordinate: number, colouring: Colouring, against: Against): number {
  if (against === "median") return 10 ** coordinate;
  if (colouring === "share") return coordinate;
  return colouring === "count" ? 10 ** coordinate - 1 : 10 ** coordinate;
}

/** The limits for some values: their 1st and 99th percentile, or what the scale always has. */
export function limitsOf(values: ArrayLike<number>, colouring: Colouring, against: Against): ColourLimits {
  if (against === "median") return PAST;
  if (colouring === "share") return { low: 0, high: 1, isDiverging: false };
  const [low, high] = percentiles(values, (value) => coordinateOf(value, colouring, against));
  if (colouring === "ratio") {
    const reach = Math.max(1, Math.abs(low - USUAL_RATIO), Math.abs(high - USUAL_RATIO));
    return { low: USUAL_RATIO - reach, high: USUAL_RATIO + reach, isDiverging: true };
  }
  if (colouring === "count") return { low: 0, high: Math.max(1, high), isDiverging: false };
  // Values that are nearly the same are shown as such.
  const room = Math.max(0, 0.2 - (high - low)) / 2;
  return { low: low - room, high: high + room, isDiverging: false };
}

function percentiles(values: ArrayLike<number>, coordinate: (value: number) => number): Range {
  const found: number[] = [];
  const every = Math.max(1, Math.floor(values.length / MOST_SORTED));
  for (let i = 0; i < values.length; i += every) {
    const at = coordinate(values[i]);
    if (Number.isFinite(at)) found.push(at);
  }
  if (found.length === 0) return [-1, 1];
  const sorted = Float64Array.from(found).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return [at(BEYOND), at(1 - BEYOND)];
}

/** Colours of a scale, from its low to its high end. */
const STEPS = 256;

function tableOf(colourAt: (share: number) => Rgb): Uint32Array {
  const bytes = new Uint8Array(STEPS * 4);
  for (let i = 0; i < STEPS; i++) bytes.set([...colourAt(i / (STEPS - 1)), 255], i * 4);
  return new Uint32Array(bytes.buffer);
}

let sequential: Uint32Array | null = null;
let diverging: Uint32Array | null = null;

/** The pixels of colours, as a canvas has them in its memory; 0 is clear. */
export function pixelTable({ isDiverging }: ColourLimits): Uint32Array {
  sequential ??= tableOf(sequentialAt);
  diverging ??= tableOf(divergingAt);
  return isDiverging ? diverging : sequential;
}

/** The place in the table of a value; -1 where it has none. */
export function shadeOf(
  value: number,
  { low, high }: ColourLimits,
  colouring: Colouring,
  against: Against,
): number {
  const at = coordinateOf(value, colouring, against);
  if (Number.isNaN(at)) return -1;
  return Math.round(Math.min(1, Math.max(0, (at - low) / (high - low))) * (STEPS - 1));
}

/** A scale as a CSS gradient, for a legend. */
export function gradientOf({ isDiverging }: ColourLimits): string {
  const colourAt = isDiverging ? divergingAt : sequentialAt;
  const stops = Array.from({ length: 11 }, (_, i) => `rgb(${colourAt(i / 10).join(" ")})`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
