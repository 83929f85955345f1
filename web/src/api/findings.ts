/** What the rules find in the runs: the types of `GET ./api/findings` (docs/http-api.md, "Findings"). */

import { request } from "./request";
import type { LooseNumber } from "./runs";

export const SEVERITIES = ["error", "warning", "info", "unknown"] as const;
/** How bad it is; `unknown`: there is not enough data to say. */
export type Severity = (typeof SEVERITIES)[number];

export interface Finding {
  /** The name of the rule; empty for what no rule says. */
  rule: string;
  severity: Severity;
  sentence: string;
  first_step: number;
  last_step: number;
  /** Rows of a watch, or tags of scalars; the first was wrong first. */
  rows: string[];
  /** How many there are: not all of very many are in `rows`. */
  row_count: number;
  /** Of the watch that shows it, as "gradient"; empty where `rows` are tags. */
  kind: string;
  value: LooseNumber | null;
  threshold: LooseNumber | null;
  /** When it began, in seconds since the epoch. */
  wall_time: LooseNumber | null;
  /** Whether it is what went wrong first of the run's layers. */
  is_first_of_layers: boolean;
}

export interface RunFindings {
  /** The run's id. */
  run: string;
  change: number;
  /** Findings that are not sent, since there are too many. */
  left_out: number;
  findings: Finding[];
}

export interface Rule {
  name: string;
  title: string;
  meaning: string;
  formula: string;
  /** The statistic of the layers in which its findings are seen. */
  statistic: string;
}

export interface FindingsAnswer {
  change: number;
  /** Whether they are of all runs as they are now. */
  complete: boolean;
  /** The ids of all runs that were judged. */
  known: string[];
  /** Those of the runs that were not, since they are not in memory. */
  unread: string[];
  rules: Rule[];
  /** Those with other findings than at the change that was asked from. */
  runs: RunFindings[];
}

/** Waits so many seconds at the most for runs that are still being judged. */
export async function fetchFindings(since: number, wait: number): Promise<FindingsAnswer> {
  const response = await request(`./api/findings?since=${since}&wait=${wait}`, { cache: "no-store" });
  return (await response.json()) as FindingsAnswer;
}
