/** `POST ./api/extremes`: where the lowest and the highest values of a stretch were recorded (docs/http-api.md, "Extremes"). */

import type { Axis, Range, Scale } from "../series/axis";
import { post } from "./request";
import type { LooseNumber } from "./runs";
import type { Attempts } from "./scalars";

/** A stretch of some runs of a tag; the server's names, as they are sent. */
export interface ExtremesRequest {
  tag: string;
  runs: string[];
  axis: Axis;
  /** The tag on the x axis; only where the axis is "tag". */
  x_tag?: string;
  superseded?: boolean;
  attempts?: Attempts;
  /** Either a range or a bucket; everything without. */
  range?: Range | null;
  /** One bucket of a chart; `number` is its k. */
  bucket?: { scale: Scale; level: number; number: number };
  /** The point nearest to this x is asked for too. */
  near?: number;
}

export interface RecordedPoint {
  x: number;
  step: number;
  wall_time: LooseNumber;
  value: LooseNumber;
}

export interface NotFinite {
  count: number;
  first: RecordedPoint | null;
}

/** What one segment of a run has in the stretch. */
export interface SegmentExtremes {
  run: string;
  segment: number;
  count: number;
  min: RecordedPoint | null;
  max: RecordedPoint | null;
  nan: NotFinite;
  pos_inf: NotFinite;
  neg_inf: NotFinite;
  near: RecordedPoint | null;
}

export interface ExtremesAnswer {
  revision: number;
  charts: { tag: string; series: SegmentExtremes[] }[];
}

export async function fetchExtremes(charts: ExtremesRequest[]): Promise<ExtremesAnswer> {
  const response = await post("./api/extremes", { charts });
  return (await response.json()) as ExtremesAnswer;
}
