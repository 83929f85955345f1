/**
 * Scales of an axis: linear, log, and symlog, which is linear about 0 and a logarithm far from it on both sides.
 *
 * Symlog is asinh(value / threshold): within the threshold nearly linear, beyond it a logarithm. The x axis has a
 * threshold of 1, as the server has (docs/http-api.md, "Scalars"); the y axis one that fits the drawn lines.
 */

import type { Scale } from "./axis";

export const SCALES = ["linear", "log", "symlog"] as const satisfies readonly Scale[];

/** Where a value is on the axis; log needs one above 0. */
export function toCoordinate(scale: Scale, value: number, threshold = 1): number {
  if (scale === "linear") return value;
  return scale === "log" ? Math.log10(value) : Math.asinh(value / threshold) / Math.LN10;
}

export function fromCoordinate(scale: Scale, coordinate: number, threshold = 1): number {
  if (scale === "linear") return coordinate;
  return scale === "log" ? 10 ** coordinate : Math.sinh(coordinate * Math.LN10) * threshold;
}

/** Decades of a symlog axis on each side of its linear part. */
const DECADES = 4;

/** The threshold for values between two bounds: a power of ten, so that it stays as they grow a little. */
export function thresholdFor(low: number, high: number): number {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (!(largest > 0) || !Number.isFinite(largest)) return 1;
  return Math.max(10 ** (Math.floor(Math.log10(largest)) - DECADES + 1), 1e-300);
}
