/** From values to canvas pixels and back, for one axis. */

export interface Projection {
  /** Bounds of the axis in values. */
  low: number;
  high: number;
  isLog: boolean;
  /** The pixels of `low` and `high`. */
  start: number;
  end: number;
}

export function toPixel(axis: Projection, value: number): number {
  const share = axis.isLog
    ? (Math.log10(value) - Math.log10(axis.low)) / (Math.log10(axis.high) - Math.log10(axis.low))
    : (value - axis.low) / (axis.high - axis.low);
  return axis.start + share * (axis.end - axis.start);
}

export function toValue(axis: Projection, pixel: number): number {
  const share = (pixel - axis.start) / (axis.end - axis.start);
  if (!axis.isLog) return axis.low + share * (axis.high - axis.low);
  const low = Math.log10(axis.low);
  return 10 ** (low + share * (Math.log10(axis.high) - low));
}

/** Bounds for a y axis that shows [low, high] with some air; a flat line gets room on both sides. */
export function withAir(low: number, high: number, isLog: boolean): [number, number] {
  if (isLog) {
    const ratio = Math.max(high / low, 1.1) ** 0.05;
    return [low / ratio, high * ratio];
  }
  const air = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1;
  return [low - air, high + air];
}

/** Bounds for an x axis: as they are, but for a single place, which gets room on both sides. */
export function withWidth(low: number, high: number, isLog: boolean): [number, number] {
  if (low < high) return [low, high];
  return isLog ? [low / 2, low * 2] : [low - 0.5, low + 0.5];
}
