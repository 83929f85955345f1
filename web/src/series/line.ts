import type { Scale } from "./axis";
import { fromCoordinate, toCoordinate } from "./scale";

/**
 * A line as it is drawn: the points and the buckets of one series, merged by x.
 *
 * Entry i is a point when `first[i] === last[i]` and `isBucket[i] === 0`; else it is a bucket that covers the steps
 * from `first[i]` to `last[i]`, drawn at its middle with the mean as value and min–max as band.
 */

/** How another tag on the x axis was put between its steps; "joined": only at the steps that both have. */
export type Between = "held" | "interpolated" | "joined";

export interface Line {
  segment: number;
  /** Points of the segment in the range, as recorded. */
  count: number;
  /** Points of the segment, wherever they are; of a group those of the run that has most. */
  recorded: number;
  /** Points that have no place on the axis. */
  leftOut: number;
  /** Of another tag on the x axis; null on other axes. */
  between: Between | null;
  /** Whether points were not told apart: over time, buckets of steps lie where their first points do. */
  isApproximate?: boolean;
  x: Float64Array;
  y: Float64Array;
  low: Float64Array;
  high: Float64Array;
  /** The smoothed line; null when it is not smoothed. */
  smooth: Float64Array | null;
  /** Bounds in x of an entry. */
  first: Float64Array;
  last: Float64Array;
  isBucket: Uint8Array;
  /** Whether `last` itself belongs to the entry: not for a bucket that ends at its own edge. */
  isClosed: Uint8Array;
  /** Whether values were recorded as float32: then nine digits are exact. */
  isFloat32: boolean;
  /** Whether values were computed from others here: then their last digits say nothing. */
  isComputed?: boolean;
  /** Whether the band is not the line's own lowest and highest value: that of a group, or of other tags. */
  hasForeignBand?: boolean;
  /** How many runs are behind each entry, and how many the group has; only of a group's line. */
  runs?: Uint32Array;
  size?: number;
  /** Where its buckets are. */
  grid?: BucketGrid;
  marks: Marks;
}

/** Places of values that are not finite: one per point, one per bucket. */
export interface Marks {
  x: Float64Array;
  first: Float64Array;
  last: Float64Array;
  isClosed: Uint8Array;
  nan: Uint32Array;
  posInf: Uint32Array;
  negInf: Uint32Array;
  /** The runs that each belongs to; only of a group's line. */
  runs?: readonly (readonly MarkedRun[])[];
}

/** A run of a group, and how many of its values are not finite at some place. */
export interface MarkedRun {
  name: string;
  nan: number;
  posInf: number;
  negInf: number;
}

type Numbers = ArrayLike<number>;

/** Where the buckets of a chart are: docs/http-api.md, "Scalars". */
export interface BucketGrid {
  scale: Scale;
  level: number;
  origin: number;
  range: readonly [number, number] | null;
}

export interface ReducedSeries extends BucketGrid {
  segment: number;
  count: number;
  recorded: number;
  leftOut: number;
  between: Between | null;
  isApproximate?: boolean;
  pointX: Numbers;
  pointY: Numbers;
  bucket: Numbers;
  mean: Numbers;
  min: Numbers;
  max: Numbers;
  markBucket: Numbers;
  markNan: Numbers;
  markPosInf: Numbers;
  markNegInf: Numbers;
  /** The smoothed line at the points and in the buckets; null when it is not smoothed. */
  pointSmooth: Numbers | null;
  bucketSmooth: Numbers | null;
}

interface Bounds {
  first: number;
  last: number;
  isClosed: boolean;
}

/** Bounds in x of bucket `origin + index`: within the range, where the two overlap. */
export function bucketBounds(grid: BucketGrid, index: number): Bounds {
  const width = 2 ** grid.level;
  const key = grid.origin + index;
  let first = fromCoordinate(grid.scale, key * width);
  let last = fromCoordinate(grid.scale, (key + 1) * width);
  let isClosed = false;
  if (grid.range !== null) {
    const [low, high] = grid.range;
    if (first < low && low < last) first = low;
    if (first <= high && high < last) {
      last = high;
      isClosed = true;
    }
  }
  return { first, last, isClosed };
}

/** The k of the bucket with these bounds; null for a point. */
export function bucketNumber({ grid }: Pick<Line, "grid">, first: number, last: number): number | null {
  if (grid === undefined) return null;
  // A bound is a rounded one, or that of the range.
  const nearly = Math.round(toCoordinate(grid.scale, first) / 2 ** grid.level) - grid.origin;
  for (const index of [nearly, nearly - 1, nearly + 1]) {
    const bounds = bucketBounds(grid, index);
    if (bounds.first === first && bounds.last === last) return grid.origin + index;
  }
  return null;
}

/** The middle of a bucket as it is seen on its axis. */
export function middle({ first, last }: Bounds, scale: Scale): number {
  if (scale === "linear") return first + (last - first) / 2;
  if (scale === "log") return Math.sqrt(first) * Math.sqrt(last);
  return fromCoordinate(scale, (toCoordinate(scale, first) + toCoordinate(scale, last)) / 2);
}

/** Merge the points and the buckets of a series by x; both are in order of x already. */
export function mergeLine(series: ReducedSeries): Line {
  const { pointX, pointY, bucket, scale, pointSmooth, bucketSmooth } = series;
  if (bucket.length === 0) return lineOfPoints(series);
  const length = pointX.length + bucket.length;
  const x = new Float64Array(length);
  const y = new Float64Array(length);
  const low = new Float64Array(length);
  const high = new Float64Array(length);
  const smooth = pointSmooth === null || bucketSmooth === null ? null : new Float64Array(length);
  const first = new Float64Array(length);
  const last = new Float64Array(length);
  const isBucket = new Uint8Array(length);
  const isClosed = new Uint8Array(length);
  let point = 0;
  let index = 0;
  for (let i = 0; i < length; i++) {
    const bounds = index < bucket.length ? bucketBounds(series, bucket[index]) : null;
    if (bounds === null || (point < pointX.length && pointX[point] < middle(bounds, scale))) {
      x[i] = first[i] = last[i] = pointX[point];
      y[i] = low[i] = high[i] = pointY[point];
      if (smooth !== null && pointSmooth !== null) smooth[i] = pointSmooth[point];
      isClosed[i] = 1;
      point++;
    } else {
      first[i] = bounds.first;
      last[i] = bounds.last;
      isClosed[i] = Number(bounds.isClosed);
      x[i] = middle(bounds, scale);
      y[i] = series.mean[index];
      low[i] = series.min[index];
      high[i] = series.max[index];
      if (smooth !== null && bucketSmooth !== null) smooth[i] = bucketSmooth[index];
      isBucket[i] = 1;
      index++;
    }
  }
  const isFloat32 = pointY instanceof Float32Array;
  const { segment, count, recorded, leftOut, between, level, origin, range } = series;
  const marks = marksOf(series);
  return {
    segment,
    count,
    recorded,
    leftOut,
    between,
    ...(series.isApproximate === true && { isApproximate: true }),
    grid: { scale, level, origin, range },
    x,
    y,
    low,
    high,
    smooth,
    first,
    last,
    isBucket,
    isClosed,
    isFloat32,
    marks,
  };
}

/** A line without buckets: an entry's bounds are the entry, so that columns are shared. */
function lineOfPoints(series: ReducedSeries): Line {
  const { segment, count, recorded, leftOut, between, pointX, pointY, pointSmooth } = series;
  const { scale, level, origin, range } = series;
  const x = new Float64Array(pointX);
  const y = new Float64Array(pointY);
  return {
    ...{ segment, count, recorded, leftOut, between, x, y, low: y, high: y, first: x, last: x },
    ...(series.isApproximate === true && { isApproximate: true }),
    // Buckets of marks alone there may be all the same.
    grid: { scale, level, origin, range },
    smooth: pointSmooth === null ? null : new Float64Array(pointSmooth),
    isBucket: new Uint8Array(x.length),
    isClosed: new Uint8Array(x.length).fill(1),
    isFloat32: pointY instanceof Float32Array,
    marks: marksOf(series),
  };
}

function emptyMarks(length: number): Marks {
  return {
    x: new Float64Array(length),
    first: new Float64Array(length),
    last: new Float64Array(length),
    isClosed: new Uint8Array(length),
    nan: new Uint32Array(length),
    posInf: new Uint32Array(length),
    negInf: new Uint32Array(length),
  };
}

/** Those of most lines: thousands of lines share them. */
const NO_MARKS = emptyMarks(0);

function marksOf(series: ReducedSeries): Marks {
  const { pointX, pointY, markBucket } = series;
  const places: number[] = [];
  for (let i = 0; i < pointY.length; i++) if (!Number.isFinite(pointY[i])) places.push(i);
  const length = places.length + markBucket.length;
  if (length === 0) return NO_MARKS;
  const marks = emptyMarks(length);
  places.forEach((place, i) => {
    const value = pointY[place];
    marks.x[i] = marks.first[i] = marks.last[i] = pointX[place];
    marks.isClosed[i] = 1;
    if (Number.isNaN(value)) marks.nan[i] = 1;
    else if (value > 0) marks.posInf[i] = 1;
    else marks.negInf[i] = 1;
  });
  for (let k = 0; k < markBucket.length; k++) {
    const i = places.length + k;
    const bounds = bucketBounds(series, markBucket[k]);
    marks.first[i] = bounds.first;
    marks.last[i] = bounds.last;
    marks.isClosed[i] = Number(bounds.isClosed);
    marks.x[i] = middle(bounds, series.scale);
    marks.nan[i] = series.markNan[k];
    marks.posInf[i] = series.markPosInf[k];
    marks.negInf[i] = series.markNegInf[k];
  }
  return marks;
}

/** First and last x that a line stands for, marks included; null when it is empty. */
export function extentOfX(line: Line): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const length = line.x.length;
  if (length > 0) {
    low = line.first[0];
    high = line.last[length - 1];
  }
  for (let i = 0; i < line.marks.x.length; i++) {
    low = Math.min(low, line.marks.first[i]);
    high = Math.max(high, line.marks.last[i]);
  }
  return low <= high ? [low, high] : null;
}

/** The index of the first entry of a rising column that is not below `x`; its length when there is none. */
export function lowerBound(column: Float64Array, x: number): number {
  let start = 0;
  let end = column.length;
  while (start < end) {
    const half = (start + end) >>> 1;
    if (column[half] < x) start = half + 1;
    else end = half;
  }
  return start;
}

/** Lowest and highest finite value within [from, to] of x; on a log axis only above 0. Null when there is none. */
export function extentOfY(line: Line, from: number, to: number, scale: Scale): [number, number] | null {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  const isLog = scale === "log";
  for (let i = lowerBound(line.last, from); i < line.x.length && line.first[i] <= to; i++) {
    const low = isLog && line.low[i] <= 0 ? line.y[i] : line.low[i];
    const high = line.high[i];
    if (Number.isFinite(low) && low < lowest && (!isLog || low > 0)) lowest = low;
    if (Number.isFinite(high) && high > highest && (!isLog || high > 0)) highest = high;
  }
  if (lowest === Number.POSITIVE_INFINITY && highest > 0) lowest = highest;
  return lowest <= highest ? [lowest, highest] : null;
}
