/** Lines as the difference from, or the ratio to, those of another run. */

import { type Line, lowerBound } from "./line";

export const COMPARISONS = ["difference", "ratio"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/**
 * A column of some lines at x: on the straight line between the entries around it, NaN beyond their ends, so
 * that nothing is made up. Of several lines the last one that reaches x answers, as a resumed run's newest does.
 */
export function valueAt(lines: readonly Line[], x: number, column: (line: Line) => Float64Array): number {
  for (const line of lines.toReversed()) {
    const { x: xs } = line;
    const ys = column(line);
    const after = lowerBound(xs, x);
    if (after < xs.length && xs[after] === x) return ys[after];
    if (after === 0 || after === xs.length) {
      // Within the first or the last bucket, but not between the middles of two.
      const end = after === 0 ? 0 : xs.length - 1;
      if (xs.length > 0 && line.first[end] <= x && x <= line.last[end]) return ys[end];
      continue;
    }
    const share = (x - xs[after - 1]) / (xs[after] - xs[after - 1]);
    return ys[after - 1] + (ys[after] - ys[after - 1]) * share;
  }
  return Number.NaN;
}

/** The lines less the baseline's, or divided by them, entry by entry; bands are moved with their lines. */
export function compared(lines: readonly Line[], baseline: readonly Line[], how: Comparison): Line[] {
  return lines.map((line) => {
    const length = line.x.length;
    const base = new Float64Array(length);
    const smoothBase = line.smooth === null ? null : new Float64Array(length);
    for (let i = 0; i < length; i++) {
      base[i] = valueAt(baseline, line.x[i], ({ y }) => y);
      if (smoothBase !== null) smoothBase[i] = valueAt(baseline, line.x[i], ({ y, smooth }) => smooth ?? y);
    }
    const against = (values: Float64Array, others: Float64Array): Float64Array =>
      values.map((value, i) => (how === "difference" ? value - others[i] : value / others[i]));
    const [one, other] = [against(line.low, base), against(line.high, base)];
    return {
      ...line,
      y: against(line.y, base),
      // A ratio to something negative turns the band upside down.
      low: one.map((value, i) => Math.min(value, other[i])),
      high: one.map((value, i) => Math.max(value, other[i])),
      smooth: line.smooth === null || smoothBase === null ? null : against(line.smooth, smoothBase),
      isComputed: true,
    };
  });
}

/** A line with two others as the bounds of its band, where they are; marks and entries stay the line's. */
export function withMargin(line: Line, lower: readonly Line[], upper: readonly Line[]): Line {
  const drawn = ({ y, smooth }: Line): Float64Array => smooth ?? y;
  const low = new Float64Array(line.x.length);
  const high = new Float64Array(line.x.length);
  for (let i = 0; i < line.x.length; i++) {
    const bounds = [lower, upper].map((lines) => valueAt(lines, line.x[i], drawn)).filter(Number.isFinite);
    low[i] = bounds.length === 0 ? line.y[i] : Math.min(...bounds);
    high[i] = bounds.length === 0 ? line.y[i] : Math.max(...bounds);
  }
  return { ...line, low, high, isBucket: new Uint8Array(line.x.length).fill(1), hasForeignBand: true };
}
