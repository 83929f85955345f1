/** One recorded histogram, as the server sends it at a place, and what can be said of its numbers. */

export interface Histogram {
  /** Of bins: one more than counts, or none. */
  edges: readonly number[];
  counts: readonly number[];
  /** Of the numbers themselves; null where the file does not say it. */
  min: number | null;
  max: number | null;
  sum: number | null;
  sumSquares: number | null;
  nan: number;
  posInf: number;
  negInf: number;
  /** Exact zeros; null where it is unknown how many of the numbers at 0 are. */
  zeros: number | null;
  /** Whether numbers were not finite and the file says no more. */
  isNotFinite: boolean;
}

function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : null;
}

function numbersOf(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null;
  const numbers = value.map(numberOf);
  return numbers.every((number) => number !== null) ? numbers : null;
}

/** What the server sent as a histogram's value; null for anything else. */
export function histogramOf(value: unknown): Histogram | null {
  if (value === null || typeof value !== "object") return null;
  const sent = value as Record<string, unknown>;
  const [edges, counts] = [numbersOf(sent.edges), numbersOf(sent.counts)];
  if (edges === null || counts === null) return null;
  if (edges.length !== (counts.length === 0 ? 0 : counts.length + 1)) return null;
  return {
    ...{ edges, counts, min: numberOf(sent.min), max: numberOf(sent.max) },
    ...{ sum: numberOf(sent.sum), sumSquares: numberOf(sent.sum_squares) },
    nan: numberOf(sent.nan_count) ?? 0,
    posInf: numberOf(sent.positive_infinity_count) ?? 0,
    negInf: numberOf(sent.negative_infinity_count) ?? 0,
    zeros: numberOf(sent.zero_count),
    isNotFinite: sent.not_finite === true,
  };
}

export function countOf({ counts }: Histogram): number {
  let count = 0;
  for (const each of counts) count += each;
  return count;
}

/** How many numbers are in the bins that 0 is in or at the end of: at most so many are zeros. */
export function countAtZero({ edges, counts }: Histogram): number {
  let count = 0;
  for (let i = 0; i < counts.length; i++) if (edges[i] <= 0 && edges[i + 1] >= 0) count += counts[i];
  return count;
}

/** A number, and whether it is exact or taken from bins. */
export interface Figure {
  value: number;
  isExact: boolean;
}

export interface Statistics {
  count: number;
  mean: Figure | null;
  /** Of all numbers, not of a sample. */
  deviation: Figure | null;
  min: Figure | null;
  max: Figure | null;
  /** By the shares of `SHARES`: even within a bin. */
  quantiles: readonly number[];
}

export const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

export function statisticsOf(histogram: Histogram): Statistics {
  const { edges, counts, min, max, sum, sumSquares } = histogram;
  const count = countOf(histogram);
  if (count === 0) return { count, mean: null, deviation: null, min: null, max: null, quantiles: [] };
  const moments = momentsOfBins(histogram, count);
  const isSummed = sum !== null && Number.isFinite(sum);
  const mean = isSummed ? sum / count : moments.mean;
  // The difference of two large numbers is nothing to go by: then the bins tell more.
  const variance = isSummed && sumSquares !== null ? sumSquares / count - mean * mean : Number.NaN;
  const isExact = variance >= mean * mean * 1e-10 && Number.isFinite(variance);
  const deviation = isExact ? Math.sqrt(variance) : moments.deviation;
  const first = counts.findIndex((each) => each > 0);
  const last = counts.findLastIndex((each) => each > 0);
  return {
    count,
    mean: { value: mean, isExact: isSummed },
    deviation: { value: deviation, isExact },
    min: { value: min ?? edges[first], isExact: min !== null },
    max: { value: max ?? edges[last + 1], isExact: max !== null },
    quantiles: SHARES.map((share) => quantile(histogram, share * count)),
  };
}

function momentsOfBins({ edges, counts }: Histogram, count: number): { mean: number; deviation: number } {
  const middle = (i: number): number => edges[i] / 2 + edges[i + 1] / 2;
  let mean = 0;
  for (let i = 0; i < counts.length; i++) mean += middle(i) * (counts[i] / count);
  let variance = 0;
  for (let i = 0; i < counts.length; i++) variance += (middle(i) - mean) ** 2 * (counts[i] / count);
  return { mean, deviation: Math.sqrt(variance) };
}

function quantile({ edges, counts }: Histogram, below: number): number {
  let sum = 0;
  let found = Number.NaN;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    if (sum + counts[i] >= below) return edges[i] + (edges[i + 1] - edges[i]) * ((below - sum) / counts[i]);
    sum += counts[i];
    found = edges[i + 1];
  }
  return found;
}

/** The bin that a value is in; null for none. A bin holds its left edge, the last one also its right. */
export function binAt({ edges, counts }: Histogram, value: number): number | null {
  if (counts.length === 0 || !(value >= edges[0] && value <= edges[edges.length - 1])) return null;
  let [low, high] = [0, counts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (edges[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
