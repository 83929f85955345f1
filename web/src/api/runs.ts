/** The table of runs: the types of `GET ./api/runs` (docs/http-api.md, "Runs"). */

import { request } from "./request";
import type { Attempts } from "./scalars";

/** A number, or one of the words that JSON has instead: NaN, Infinity, -Infinity. */
export type LooseNumber = number | "NaN" | "Infinity" | "-Infinity";

export type RunState = "running" | "finished" | "stalled";

/** What TensorBoard's plug-in for hyper-parameters is told of a run; a text that is missing is empty. */
export interface Session {
  status: "success" | "failure" | "running" | "unknown";
  group: string;
  /** Seconds since the epoch. */
  start: number | null;
  end: number | null;
  model_uri: string;
  monitor_url: string;
}

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
  /** Hyper-parameters that are not among them, and records that were not looked at. */
  hparams_left_out: number;
  session: Session | null;
  /** The ids of the child runs whose hyper-parameters and results are in this row. */
  joined: string[];
  /** The id of the run in whose row this one is. */
  joined_to: string | null;
  /** By the tag's id: last step, last value, and the smallest and the largest finite value. */
  scalars: Record<string, [number, LooseNumber, number | null, number | null]>;
  /**
   * By the tag's id, of all tags with a value that is not finite: the lowest step with one, the first such value there, and
   * whether the last value is not finite either.
   */
  not_finite: Record<string, [number, LooseNumber, boolean]>;
}

/** What the runs declare of their hyper-parameters and metrics; a text that is missing is empty. */
export interface Experiment {
  hparams: Record<
    string,
    {
      display_name: string;
      description: string;
      /** What it may be, in its order. */
      values: (number | string | boolean)[] | null;
      interval: [LooseNumber, LooseNumber] | null;
    }
  >;
  /** The group is the directory below a run's in which the tag is recorded. */
  metrics: { group: string; tag: string; display_name: string; description: string }[];
}

export interface RunsAnswer {
  runs: RunRow[];
  experiment: Experiment;
}

/** Rows with the scalars of some tags, by their ids, in some attempts. */
export async function fetchRuns(tags: readonly string[], attempts: Attempts): Promise<RunsAnswer> {
  const which = attempts === "all" ? "" : `&attempts=${attempts}`;
  const response = await request(`./api/runs?tags=${tags.join(",")}${which}`, { cache: "no-store" });
  return (await response.json()) as RunsAnswer;
}
