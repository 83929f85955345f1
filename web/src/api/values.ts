/**
 * `POST ./api/values`: where the values of some tags and runs are, and the values at one place (docs/http-api.md,
 * "Values of many tags and runs").
 */

import type { Axis } from "../series/axis";
import { type Column, decodeFrame } from "./frame";
import { post } from "./request";

/** Values at or before it are meant. */
export interface Place {
  axis: Exclude<Axis, "tag">;
  /** A step, as it is or from the run's first on; seconds since the epoch or the run's start, or of its work. */
  x: number;
}

export interface ValuesRequest {
  /** Ids of tags of data that is not scalar. */
  tags: string[];
  runs: string[];
  /** Null for the newest values. */
  at: Place | null;
  /** Whether the values are sent too, beside their places. */
  values: boolean;
}

/** One value, decoded; its form depends on its kind. */
export interface DecodedValue {
  step: number;
  kind: string;
  value: unknown;
  /** How much of a value is missing that was too large. */
  left_out: { items: number; characters: number };
}

/** The values of one tag in one run, in the order of the files. */
export interface ValueSeries {
  tag: string;
  run: string;
  kind: string;
  step: Column;
  /** Seconds since the epoch. */
  wallTime: Column;
  bytes: Column;
  /** The index of the value at the place; null when there is none yet. */
  at: number | null;
  value: DecodedValue | null;
  /** Why the value cannot be sent; mostly empty. */
  problem: string;
}

export interface ValuesAnswer {
  revision: number;
  /** By the order of the tags that were asked for, then of the runs; without those that have no values. */
  series: ValueSeries[];
}

interface DescribedSeries {
  tag: string;
  run: string;
  kind: string;
  length: number;
  at: number | null;
  value: DecodedValue | null;
  problem: string;
}

export async function fetchValues(asked: ValuesRequest): Promise<ValuesAnswer> {
  const response = await post("./api/values", asked);
  return decodeValues(await response.arrayBuffer());
}

/** Read the frame of an answer. Throws when it is not one. */
export function decodeValues(buffer: ArrayBuffer): ValuesAnswer {
  const { header, columns } = decodeFrame(buffer);
  for (const name of ["step", "wall_time", "bytes"])
    if (columns[name] === undefined) throw new Error(`the answer has no column ${name}`);
  let end = 0;
  const series = (header.series as DescribedSeries[]).map(({ length, ...described }) => {
    const start = end;
    end += length;
    return {
      ...described,
      step: columns.step.subarray(start, end),
      wallTime: columns.wall_time.subarray(start, end),
      bytes: columns.bytes.subarray(start, end),
    };
  });
  if (end !== columns.step.length)
    throw new Error(`the series of the answer have ${end} values, its columns ${columns.step.length}`);
  return { revision: header.revision as number, series };
}
