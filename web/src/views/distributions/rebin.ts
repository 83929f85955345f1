/** Histograms of any bins in common bins, of equal widths on the axis, so that they can be drawn over each other. */

import type { HistogramRows } from "../../api/histograms";
import type { Range, Scale } from "../../series/axis";
import { toCoordinate } from "../../series/scale";

export interface Grid {
  range: Range;
  scale: Scale;
  /** Of symlog. */
  threshold: number;
  bins: number;
}

/** From values to places on the grid: 0 at its low end, the number of its bins at the high one. */
export function placesOn({ range, scale, threshold, bins }: Grid): (value: number) => number {
  const low = toCoordinate(scale, range[0], threshold);
  // Halves, since the distance of two doubles may be more than a double holds.
  const half = toCoordinate(scale, range[1], threshold) / 2 - low / 2;
  if (!(half > 0)) return () => bins / 2;
  return (value) => ((toCoordinate(scale, value, threshold) / 2 - low / 2) / half) * bins;
}

interface Bins {
  left: ArrayLike<number>;
  right: ArrayLike<number>;
  count: ArrayLike<number>;
}

/**
 * Add the bins from `start` to `end` to `counts`, from its place `at` on, a count for each bin of the grid. A bin is taken as
 * even within its edges; what lies beyond the grid is added to the bin at its end: no number is lost.
 */
export function addTo(
  counts: Float64Array,
  at: number,
  grid: Grid,
  { left, right, count }: Bins,
  start: number,
  end: number,
): void {
  const placeOf = placesOn(grid);
  const last = grid.bins - 1;
  const clamped = (place: number): number => Math.min(last, Math.max(0, Math.floor(place)));
  for (let i = start; i < end; i++) {
    if (count[i] === 0) continue;
    const from = placeOf(left[i]);
    const to = placeOf(right[i]);
    const [first, final] = [clamped(from), clamped(to)];
    if (final <= first || !(to > from)) {
      counts[at + first] += count[i];
      continue;
    }
    const perPlace = count[i] / (to - from);
    let rest = count[i];
    for (let bin = first; bin < final; bin++) {
      const part = Math.min(rest, perPlace * (bin + 1 - Math.max(from, bin)));
      counts[at + bin] += part;
      rest -= part;
    }
    counts[at + final] += rest;
  }
}

/** Each row in the bins of the grid, one behind the other. */
export function rebinned(rows: HistogramRows, grid: Grid): Float64Array {
  const known = kept.get(rows);
  const key = `${grid.range}|${grid.scale}|${grid.threshold}|${grid.bins}`;
  if (known?.key === key) return known.counts;
  const counts = new Float64Array(rows.row.length * grid.bins);
  for (let row = 0; row < rows.row.length; row++)
    addTo(counts, row * grid.bins, grid, rows, rows.start[row], rows.start[row + 1]);
  kept.set(rows, { key, counts });
  return counts;
}

/** A picture that is drawn again, at another place or size, has the same bins. */
const kept = new WeakMap<HistogramRows, { key: string; counts: Float64Array }>();
