/** The findings of several runs as one list. */

import type { Finding, RunFindings, Severity } from "../../api/findings";

export interface Listed {
  finding: Finding;
  /** The run's id. */
  run: string;
}

/** Which are listed: of these runs, of these severities, and of one rule where that is named; the newest first. */
export function listed(
  found: ReadonlyMap<string, RunFindings>,
  runs: readonly string[],
  severities: readonly Severity[],
  rule: string,
): Listed[] {
  const all = runs.flatMap((run) => (found.get(run)?.findings ?? []).map((finding) => ({ run, finding })));
  return (
    all
      .filter(
        ({ finding }) => severities.includes(finding.severity) && (rule === "" || finding.rule === rule),
      )
      // What has no time is at the end, in the order of the runs.
      .sort((one, other) => timeOf(other.finding) - timeOf(one.finding) || 0)
  );
}

/** Seconds since the epoch at which it began; the least number for one that has no time. */
function timeOf({ wall_time }: Finding): number {
  return typeof wall_time === "number" ? wall_time : Number.MIN_SAFE_INTEGER;
}
