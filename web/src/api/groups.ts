/** `POST ./api/groups`: groups of runs, each as one line with its spread (docs/http-api.md, "Groups"). */

import type { Axis, Range, Scale } from "../series/axis";
import {
  type Between,
  type BucketGrid,
  bucketBounds,
  type Line,
  type MarkedRun,
  type Marks,
  middle,
} from "../series/line";
import { type Column, decodeFrame } from "./frame";
import { post } from "./request";
import type { ChartView } from "./scalars";

export const STATISTICS = ["mean", "median"] as const;
export type Statistic = (typeof STATISTICS)[number];
/** The meaning of the band around the line: "range" is of all recorded values, "means" of the runs' means. */
export const BANDS = ["range", "means", "deviation", "error", "confidence", "none"] as const;
export type Band = (typeof BANDS)[number];

export interface GroupsRequest extends ChartView {
  groups: string[][];
}

/** The buckets of one group, and its runs' statistics in each. */
export interface GroupLine {
  grid: BucketGrid;
  /** How many runs the group has. */
  size: number;
  /** How many points any of its runs has at the most, wherever they are. */
  recorded: number;
  /** How another tag on the x axis was put between its steps, of all runs of the chart. */
  between: readonly Between[];
  /** Points of all runs of the chart that have no place on the axis; of its first group, so that they are counted once. */
  leftOut: number;
  /** Whether points of the chart were not told apart: see `Line`. */
  isApproximate: boolean;
  bucket: Column;
  runs: Column;
  mean: Column;
  median: Column;
  /** Of the recorded values of all runs. */
  min: Column;
  max: Column;
  /** Of the runs' means. */
  lowest_mean: Column;
  highest_mean: Column;
  deviation: Column;
  error: Column;
  confidence: Column;
  /** A bucket and a run with values that are not finite there, by bucket: the run by its place in `marked`. */
  mark_bucket: Column;
  mark_run: Column;
  mark_nan: Column;
  mark_pos_inf: Column;
  mark_neg_inf: Column;
  /** The runs that marks are of: their ids, and their names once they are known. */
  marked: readonly string[];
}

export interface GroupsChart {
  tag: string;
  axis: Axis;
  scale: Scale;
  groups: GroupLine[];
  /** The runs whose points are not in the server's memory yet, by their ids. */
  pending: readonly string[];
}

export interface GroupsAnswer {
  revision: number;
  charts: GroupsChart[];
}

interface DescribedChart {
  tag: string;
  axis: Axis;
  scale: Scale;
  range: Range | null;
  level: number;
  origin: number;
  groups: { recorded: number; buckets: Range; marks: Range }[];
  marked: string[];
  between: Between[];
  left_out: number;
  approximate?: true;
  pending?: string[];
}

const STATISTICS_COLUMNS = [
  ...(["bucket", "runs", "mean", "median", "min", "max", "lowest_mean", "highest_mean"] as const),
  ...(["deviation", "error", "confidence"] as const),
];
const MARK_COLUMNS = ["mark_bucket", "mark_run", "mark_nan", "mark_pos_inf", "mark_neg_inf"] as const;
type Columns = Pick<GroupLine, (typeof STATISTICS_COLUMNS | typeof MARK_COLUMNS)[number]>;

export async function fetchGroups(charts: GroupsRequest[]): Promise<GroupsAnswer> {
  const response = await post("./api/groups", { charts });
  return decodeGroups(await response.arrayBuffer(), charts);
}

/** Read the frame that answers some requests. Throws when it is not one. */
export function decodeGroups(
  buffer: ArrayBuffer,
  asked: readonly Pick<GroupsRequest, "groups">[],
): GroupsAnswer {
  const { header, columns } = decodeFrame(buffer);
  for (const name of [...STATISTICS_COLUMNS, ...MARK_COLUMNS])
    if (columns[name] === undefined) throw new Error(`the answer has no column ${name}`);
  return {
    revision: header.revision as number,
    charts: (header.charts as DescribedChart[]).map((chart, place) => ({
      tag: chart.tag,
      axis: chart.axis,
      scale: chart.scale,
      pending: chart.pending ?? [],
      groups: chart.groups.map(({ recorded, buckets, marks }, group) => ({
        recorded,
        size: asked[place].groups[group].length,
        between: chart.between,
        leftOut: group === 0 ? chart.left_out : 0,
        isApproximate: chart.approximate === true,
        grid: { scale: chart.scale, level: chart.level, origin: chart.origin, range: chart.range },
        marked: chart.marked,
        ...(Object.fromEntries([
          ...STATISTICS_COLUMNS.map((name) => [name, columns[name].subarray(...buckets)]),
          ...MARK_COLUMNS.map((name) => [name, columns[name].subarray(...marks)]),
        ]) as Columns),
      })),
    })),
  };
}

/** The lines of a group as they are drawn: a statistic of its runs, a band about it, and a break where no run is. */
export function linesOfGroup(group: GroupLine, statistic: Statistic, band: Band): Line[] {
  const { bucket } = group;
  const lines: Line[] = [];
  if (bucket.length === 0 && group.mark_bucket.length > 0)
    return [stretchOfGroup(group, statistic, band, [0, 0], 0)];
  for (let start = 0; start < bucket.length; ) {
    let end = start + 1;
    while (end < bucket.length && bucket[end] === bucket[end - 1] + 1) end++;
    lines.push(stretchOfGroup(group, statistic, band, [start, end], lines.length));
    start = end;
  }
  return lines;
}

function stretchOfGroup(
  group: GroupLine,
  statistic: Statistic,
  band: Band,
  [start, end]: Range,
  segment: number,
): Line {
  const length = end - start;
  const part = (column: Column): Float64Array => Float64Array.from(column.subarray(start, end));
  const y = part(group[statistic]);
  const low = new Float64Array(length);
  const high = new Float64Array(length);
  const x = new Float64Array(length);
  const first = new Float64Array(length);
  const last = new Float64Array(length);
  const isClosed = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const k = start + i;
    const bounds = bucketBounds(group.grid, group.bucket[k]);
    x[i] = middle(bounds, group.grid.scale);
    first[i] = bounds.first;
    last[i] = bounds.last;
    isClosed[i] = Number(bounds.isClosed);
    if (band === "range" || band === "means") {
      low[i] = group[band === "range" ? "min" : "lowest_mean"][k];
      high[i] = group[band === "range" ? "max" : "highest_mean"][k];
    } else {
      // One run has no spread: there the band is the line itself.
      const half = band === "none" ? 0 : group[band][k] || 0;
      low[i] = (band === "none" ? y[i] : group.mean[k]) - half;
      high[i] = (band === "none" ? y[i] : group.mean[k]) + half;
    }
  }
  return {
    segment,
    count: length,
    recorded: group.recorded,
    leftOut: segment === 0 ? group.leftOut : 0,
    between: group.between.includes("joined") ? "joined" : (group.between[0] ?? null),
    ...(group.isApproximate && { isApproximate: true }),
    ...{ x, y, low, high, smooth: null, first, last, isClosed },
    isBucket: new Uint8Array(length).fill(1),
    isFloat32: false,
    hasForeignBand: true,
    runs: Uint32Array.from(group.runs.subarray(start, end)),
    size: group.size,
    grid: group.grid,
    // Those where no run takes part belong to the stretch before them.
    marks: marksOfGroup(
      group,
      segment === 0 ? 0 : group.bucket[start],
      group.bucket[end] ?? Number.POSITIVE_INFINITY,
    ),
  };
}

/** A mark for each bucket from one up to another with values that are not finite, with the runs that they belong to. */
function marksOfGroup(group: GroupLine, from: number, to: number): Marks {
  const places = [...new Set(group.mark_bucket)].filter((bucket) => bucket >= from && bucket < to);
  const bounds = places.map((bucket) => bucketBounds(group.grid, bucket));
  const indexes = new Map(places.map((bucket, i) => [bucket, i]));
  const runs: MarkedRun[][] = places.map(() => []);
  for (const [k, bucket] of group.mark_bucket.entries()) {
    const index = indexes.get(bucket);
    if (index === undefined) continue;
    runs[index].push({
      name: group.marked[group.mark_run[k]],
      nan: group.mark_nan[k],
      posInf: group.mark_pos_inf[k],
      negInf: group.mark_neg_inf[k],
    });
  }
  const sums = (count: (run: MarkedRun) => number): Uint32Array =>
    Uint32Array.from(runs, (some) => some.reduce((sum, run) => sum + count(run), 0));
  return {
    x: Float64Array.from(bounds, (each) => middle(each, group.grid.scale)),
    first: Float64Array.from(bounds, ({ first }) => first),
    last: Float64Array.from(bounds, ({ last }) => last),
    isClosed: Uint8Array.from(bounds, ({ isClosed }) => Number(isClosed)),
    nan: sums(({ nan }) => nan),
    posInf: sums(({ posInf }) => posInf),
    negInf: sums(({ negInf }) => negInf),
    runs,
  };
}
