/** From values to canvas pixels and back, for one axis. */

import type { Scale } from "../series/axis";
import { fromCoordinate, toCoordinate } from "../series/scale";

export interface Projection {
  /** Bounds of the axis in values. */
  low: number;
  high: number;
  scale: Scale;
  /** Of symlog. */
  threshold?: number;
  /** The pixels of `low` and `high`. */
  start: number;
  end: number;
}

/** `toPixel` of one axis, for many values. */
export function pixelsOf({ low, high, scale, threshold, start, end }: Projection): (value: number) => number {
  const from = toCoordinate(scale, low, threshold);
  const perCoordinate = (end - start) / (toCoordinate(scale, high, threshold) - from);
  if (scale === "linear") return (value) => start + (value - from) * perCoordinate;
  return (value) => start + (toCoordinate(scale, value, threshold) - from) * perCoordinate;
}

export function toPixel(axis: Projection, value: number): number {
  return pixelsOf(axis)(value);
}

export function toValue({ low, high, scale, threshold, start, end }: Projection, pixel: number): number {
  const from = toCoordinate(scale, low, threshold);
  const share = (pixel - start) / (end - start);
  return fromCoordinate(scale, from + share * (toCoordinate(scale, high, threshold) - from), threshold);
}

/** Bounds for a y axis that shows [low, high] with some air; a flat line gets room on both sides. */
export function withAir(low: number, high: number, scale: Scale, threshold = 1): [number, number] {
  if (scale === "symlog" && low < high) {
    const [from, to] = [toCoordinate(scale, low, threshold), toCoordinate(scale, high, threshold)];
    const air = (to - from) * 0.05;
    return [fromCoordinate(scale, from - air, threshold), fromCoordinate(scale, to + air, threshold)];
  }
  if (scale === "log") {
    const ratio = Math.max(high / low, 1.1) ** 0.05;
    return [low / ratio, high * ratio];
  }
  const air = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1;
  return [low - air, high + air];
}

/** Bounds for an x axis: as they are, but for a single place, which gets room on both sides. */
export function withWidth(low: number, high: number, scale: Scale): [number, number] {
  if (low < high) return [low, high];
  return scale === "log" ? [low / 2, low * 2] : [low - 0.5, low + 0.5];
}
