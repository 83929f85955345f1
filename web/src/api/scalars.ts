/** `POST ./api/scalars`: curves reduced to the screen, as merged lines (docs/http-api.md, "Scalars"). */

import type { Axis, Range, Scale } from "../series/axis";
import { type Between, type Line, mergeLine } from "../series/line";
import { type Column, decodeFrame } from "./frame";
import { post } from "./request";
import type { Smoothing } from "./smoothing";

/** The attempts of runs that were started several times. */
export const ATTEMPTS = ["all", "last"] as const;
export type Attempts = (typeof ATTEMPTS)[number];

/** A request for a tag; the server's names, as they are sent. */
export interface ChartView {
  tag: string;
  axis: Axis;
  /** The tag on the x axis; only where the axis is "tag". */
  x_tag?: string;
  scale: Scale;
  range: Range | null;
  pixels: number;
  smoothing: Smoothing | null;
  /** Whether superseded points are asked for too. */
  superseded?: boolean;
  /** All where it is missing. */
  attempts?: Attempts;
}

export interface ChartRequest extends ChartView {
  runs: string[];
}

export interface ChartAnswer {
  tag: string;
  axis: Axis;
  scale: Scale;
  /** The lines of each run, by the run's id; a run has several when it was restarted. */
  lines: Map<string, Line[]>;
  /** The runs whose points are not in the server's memory yet, by their ids. */
  pending: readonly string[];
}

interface DescribedChart {
  tag: string;
  axis: Axis;
  scale: Scale;
  range: Range | null;
  level: number;
  origin: number;
  pending?: string[];
  series: {
    run: string;
    segment: number;
    count: number;
    recorded: number;
    left_out: number;
    between: Between | null;
    approximate?: true;
    points: Range;
    buckets: Range;
    marks: Range;
  }[];
}

export interface ScalarsAnswer {
  revision: number;
  charts: ChartAnswer[];
}

export async function fetchScalars(charts: ChartRequest[]): Promise<ScalarsAnswer> {
  const response = await post("./api/scalars", { charts });
  return decodeScalars(await response.arrayBuffer());
}

/** Read the frame of an answer. Throws when it is not one. */
export function decodeScalars(buffer: ArrayBuffer): ScalarsAnswer {
  const { header, columns } = decodeFrame(buffer);
  const described = header.charts as DescribedChart[];
  return {
    revision: header.revision as number,
    charts: described.map((chart) => decodeChart(chart, columns)),
  };
}

function decodeChart(chart: DescribedChart, columns: Record<string, Column>): ChartAnswer {
  const lines = new Map<string, Line[]>();
  for (const series of chart.series) {
    const part = (name: string, [start, end]: Range): Column => {
      const column = columns[name];
      if (column === undefined) throw new Error(`the answer has no column ${name}`);
      return column.subarray(start, end);
    };
    const line = mergeLine({
      segment: series.segment,
      count: series.count,
      recorded: series.recorded,
      leftOut: series.left_out,
      between: series.between,
      ...(series.approximate && { isApproximate: true }),
      scale: chart.scale,
      level: chart.level,
      origin: chart.origin,
      range: chart.range,
      pointX: part("point_x", series.points),
      pointY: part("point_y", series.points),
      bucket: part("bucket", series.buckets),
      mean: part("mean", series.buckets),
      min: part("min", series.buckets),
      max: part("max", series.buckets),
      markBucket: part("mark_bucket", series.marks),
      markNan: part("mark_nan", series.marks),
      markPosInf: part("mark_pos_inf", series.marks),
      markNegInf: part("mark_neg_inf", series.marks),
      pointSmooth: columns.point_smooth?.subarray(...series.points) ?? null,
      bucketSmooth: columns.smooth?.subarray(...series.buckets) ?? null,
    });
    const known = lines.get(series.run);
    if (known === undefined) lines.set(series.run, [line]);
    else known.push(line);
  }
  return { tag: chart.tag, axis: chart.axis, scale: chart.scale, lines, pending: chart.pending ?? [] };
}
