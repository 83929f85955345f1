/**
 * The values that a card's pictures reach over: of almost all numbers, so that a few far ones, or one training that went
 * wrong, do not make needles of all others. What lies beyond is in the bins at the ends, and is said with its share.
 */

import type { HistogramRows } from "../../api/histograms";
import type { Range } from "../../series/axis";
import { type Histogram, statisticsOf } from "./histogram";
import type { RunHistograms } from "./panel";

/** How far beyond its inner shares a step is drawn, in widths of these: of a bell twelve standard deviations in all. */
const REACH = 1.5;
/** Of a run's steps the outermost twentieth on each side does not count. */
const OUTER = 0.05;
/** A range is cut only where that makes it so much narrower, and leaves out no more than this share of the numbers. */
const WORTH = 2;
const MOST_BEYOND = 0.05;

/** From the lowest number to the highest one; null without any. */
export function extent(all: Iterable<ArrayLike<number>>): Range | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of all) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return low <= high ? [low, high] : null;
}

/** The range of all bins, and of those at the place. */
export function wholeRange(runs: readonly RunHistograms[]): Range | null {
  return extent(runs.flatMap(({ rows, placed }) => [rows.left, rows.right, placed?.histogram.edges ?? []]));
}

/**
 * The range of almost all numbers; the whole one where it is not much wider. Of each run the inner shares are in it at
 * nearly all steps, and of most runs what is near them too.
 */
export function usualRange(runs: readonly RunHistograms[]): Range | null {
  const whole = wholeRange(runs);
  const found = runs.map(({ rows }) => reachOf(rows)).filter((each) => each !== null);
  if (whole === null || found.length === 0) return whole;
  const inner = runs.flatMap(({ placed }) => (placed === null ? [] : innerOf(placed.histogram)));
  const low = Math.min(
    at(sorted(found.map((each) => each.low)), 0.5),
    ...found.map(({ from }) => from),
    ...inner,
  );
  const high = Math.max(
    at(sorted(found.map((each) => each.high)), 0.5),
    ...found.map(({ to }) => to),
    ...inner,
  );
  const range: Range = [Math.max(whole[0], low), Math.min(whole[1], high)];
  // Halves, since the distance of two doubles may be more than a double holds.
  const isWorthIt = whole[1] / 2 - whole[0] / 2 > WORTH * (range[1] / 2 - range[0] / 2);
  const isCut = isWorthIt && range[0] < range[1] && shareBeyond(runs, range) <= MOST_BEYOND;
  return isCut ? range : whole;
}

/** Which share of the numbers of all rows lies beyond a range. */
export function shareBeyond(runs: readonly RunHistograms[], [low, high]: Range): number {
  let [beyond, all] = [0, 0];
  for (const { rows } of runs)
    for (let i = 0; i < rows.count.length; i++) {
      const [left, right] = [rows.left[i], rows.right[i]];
      all += rows.count[i];
      // A bin without width at the very end is within.
      if ((right <= low && left < low) || (left >= high && right > high)) beyond += rows.count[i];
    }
  return all === 0 ? 0 : beyond / all;
}

interface Reach {
  low: number;
  high: number;
  /** Of the inner shares alone. */
  from: number;
  to: number;
}

function reachOf({ row, quantile, shares }: HistogramRows): Reach | null {
  const last = shares.length - 1;
  const inner = Math.floor(last / 8);
  const columns: Record<keyof Reach, number[]> = { low: [], high: [], from: [], to: [] };
  for (let each = 0; each < row.length; each++) {
    const start = each * shares.length;
    const [from, to] = [quantile[start + inner], quantile[start + last - inner]];
    if (!Number.isFinite(from) || !Number.isFinite(to)) continue;
    const reach = REACH * (to - from);
    columns.low.push(Math.max(quantile[start], from - reach));
    columns.high.push(Math.min(quantile[start + last], to + reach));
    columns.from.push(from);
    columns.to.push(to);
  }
  if (columns.low.length === 0) return null;
  return {
    ...{ low: at(sorted(columns.low), OUTER), high: at(sorted(columns.high), 1 - OUTER) },
    ...{ from: at(sorted(columns.from), OUTER), to: at(sorted(columns.to), 1 - OUTER) },
  };
}

function innerOf(histogram: Histogram): number[] {
  const { quantiles } = statisticsOf(histogram);
  return quantiles.length === 0 ? [] : [quantiles[0], quantiles[quantiles.length - 1]];
}

function sorted(values: number[]): number[] {
  return values.sort((one, other) => one - other);
}

function at(rising: readonly number[], share: number): number {
  return rising[Math.round(share * (rising.length - 1))];
}
