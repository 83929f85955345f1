/** The table of runs: the types of `GET ./api/runs` (docs/http-api.md, "Runs"). */

import { request } from "./request";

/** A number, or one of the words that JSON has instead: NaN, Infinity, -Infinity. */
export type LooseNumber = number | "NaN" | "Infinity" | "-Infinity";

export type RunState = "running" | "finished" | "stalled";

export interface RunRow {
  id: string;
  revision: number;
  state: RunState;
  start: number | null;
  end: number | null;
  points: number;
  bytes: number;
  damaged_bytes: number;
  hparams: Record<string, unknown>;
  /** By the tag's id: last step, last value, and the smallest and the largest finite value. */
  scalars: Record<string, [number, LooseNumber, number | null, number | null]>;
}

export async function fetchRuns(): Promise<RunRow[]> {
  const response = await request("./api/runs", { cache: "no-store" });
  return ((await response.json()) as { runs: RunRow[] }).runs;
}
