/** What runs are compared by: the runs view's part of the link. */

import { slice } from "../../state/link";
import { RUNS_PARAMETERS } from "./parameters";

export const STATISTICS = ["best", "last", "min", "max"] as const;
export type Statistic = (typeof STATISTICS)[number];

export interface RunsViewState {
  /** The name of the scalar tag; null for the key metric of the log. */
  metric: string | null;
  /** Which of its values; null for the best, or the last of a metric that has none. */
  statistic: Statistic | null;
}

export function encodeRunsView({ metric, statistic }: RunsViewState, parameters: URLSearchParams): void {
  if (metric !== null) parameters.set("metric", metric);
  if (statistic !== null) parameters.set("metric-of", statistic);
}

export function decodeRunsView(parameters: URLSearchParams): RunsViewState {
  return {
    metric: parameters.get("metric"),
    statistic: STATISTICS.find((known) => known === parameters.get("metric-of")) ?? null,
  };
}

export const { fields: runsViewFields, change: changeRunsView } = slice<RunsViewState>({
  parameters: RUNS_PARAMETERS,
  encode: encodeRunsView,
  decode: decodeRunsView,
});
