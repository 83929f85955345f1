/** `POST ./api/groups`: groups of runs, each as one line with its spread (docs/http-api.md, "Groups"). */

import type { Axis, Range, Scale } from "../series/axis";
import { type Between, type BucketGrid, bucketBounds, type Line, middle } from "../series/line";
import { type Column, decodeFrame } from "./frame";
import { post } from "./request";
import type { ChartView } from "./scalars";

export const STATISTICS = ["mean", "median"] as const;
export type Statistic = (typeof STATISTICS)[number];
/** The meaning of the band around the line. */
export const BANDS = ["range", "deviation", "error", "confidence", "none"] as const;
export type Band = (typeof BANDS)[number];

export interface GroupsRequest extends ChartView {
  groups: string[][];
}

/** The buckets of one group, and its runs' statistics in each. */
export interface GroupLine {
  grid: BucketGrid;
  /** How many runs the group has. */
  size: number;
  /** How another tag on the x axis was put between its steps, of all runs of the chart. */
  between: readonly Between[];
  /** Points of all runs of the chart that have no place on the axis; of its first group, so that they are counted once. */
  leftOut: number;
  bucket: Column;
  runs: Column;
  mean: Column;
  median: Column;
  min: Column;
  max: Column;
  deviation: Column;
  error: Column;
  confidence: Column;
}

type Statistics = Omit<GroupLine, "grid" | "size" | "between" | "leftOut">;

export interface GroupsChart {
  tag: string;
  axis: Axis;
  scale: Scale;
  groups: GroupLine[];
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
  groups: Range[];
  between: Between[];
  left_out: number;
}

const COLUMNS = [
  ...["bucket", "runs", "mean", "median", "min", "max", "deviation", "error", "confidence"],
] as (keyof Statistics)[];

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
  for (const name of COLUMNS)
    if (columns[name] === undefined) throw new Error(`the answer has no column ${name}`);
  return {
    revision: header.revision as number,
    charts: (header.charts as DescribedChart[]).map((chart, place) => ({
      tag: chart.tag,
      axis: chart.axis,
      scale: chart.scale,
      groups: chart.groups.map(([start, end], group) => ({
        size: asked[place].groups[group].length,
        between: chart.between,
        leftOut: group === 0 ? chart.left_out : 0,
        grid: { scale: chart.scale, level: chart.level, origin: chart.origin, range: chart.range },
        ...(Object.fromEntries(
          COLUMNS.map((name) => [name, columns[name].subarray(start, end)]),
        ) as unknown as Statistics),
      })),
    })),
  };
}

/** The lines of a group as they are drawn: a statistic of its runs, a band about it, and a break where no run is. */
export function linesOfGroup(group: GroupLine, statistic: Statistic, band: Band): Line[] {
  const { bucket } = group;
  const lines: Line[] = [];
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
    if (band === "range") {
      low[i] = group.min[k];
      high[i] = group.max[k];
    } else {
      // One run has no spread: there the band is the line itself.
      const half = band === "none" ? 0 : group[band][k] || 0;
      low[i] = (band === "none" ? y[i] : group.mean[k]) - half;
      high[i] = (band === "none" ? y[i] : group.mean[k]) + half;
    }
  }
  const none = new Float64Array(0);
  const noCounts = new Uint32Array(0);
  const noMarks = { x: none, first: none, last: none, isClosed: new Uint8Array(0) };
  return {
    segment,
    count: length,
    leftOut: segment === 0 ? group.leftOut : 0,
    between: group.between.includes("joined") ? "joined" : (group.between[0] ?? null),
    ...{ x, y, low, high, smooth: null, first, last, isClosed },
    isBucket: new Uint8Array(length).fill(1),
    isFloat32: false,
    hasForeignBand: true,
    runs: Uint32Array.from(group.runs.subarray(start, end)),
    size: group.size,
    marks: { ...noMarks, nan: noCounts, posInf: noCounts, negInf: noCounts },
  };
}
