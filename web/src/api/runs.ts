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
  /**
   * By the tag's id, of all tags with a value that is not finite: the lowest step with one, the first such value there, and
   * whether the last value is not finite either.
   */
  not_finite: Record<string, [number, LooseNumber, boolean]>;
}

/** Rows with the scalars of some tags, by their ids. */
export async function fetchRuns(tags: readonly string[]): Promise<RunRow[]> {
  const response = await request(`./api/runs?tags=${tags.join(",")}`, { cache: "no-store" });
  return ((await response.json()) as { runs: RunRow[] }).runs;
}
