/** What runs are compared by, and how: the runs view's part of the link. */

import { slice } from "../../state/link";
import { type Brush, decodeBrush, encodeBrush } from "./brushes";
import { RUNS_PARAMETERS } from "./parameters";

export const STATISTICS = ["best", "last", "min", "max"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** What stands above the table: an axis for each hyper-parameter, a plot for each, or nothing. */
export const PLOTS = ["axes", "scatters", "none"] as const;
export type PlotForm = (typeof PLOTS)[number];

export const COLOURS = ["metric", "run"] as const;
export type Colouring = (typeof COLOURS)[number];

export interface RunsViewState {
  /** The name of the scalar tag; null for the key metric of the log. */
  metric: string | null;
  /** Which of its values; null for the best, or the last of a metric that has none. */
  statistic: Statistic | null;
  plot: PlotForm;
  colouring: Colouring;
  /** At most one of a column. */
  brushes: readonly Brush[];
  /** The name of the run whose details are open. */
  detailsOf: string | null;
}

export function encodeRunsView(state: RunsViewState, parameters: URLSearchParams): void {
  const { metric, statistic, plot, colouring, brushes, detailsOf } = state;
  if (metric !== null) parameters.set("metric", metric);
  if (statistic !== null) parameters.set("metric-of", statistic);
  if (plot !== PLOTS[0]) parameters.set("plot", plot);
  if (colouring !== COLOURS[0]) parameters.set("plot-colour", colouring);
  for (const brush of brushes) parameters.append("brush", encodeBrush(brush));
  if (detailsOf !== null) parameters.set("run", detailsOf);
}

export function decodeRunsView(parameters: URLSearchParams): RunsViewState {
  const word = <Word extends string>(name: string, words: readonly Word[]): Word | undefined =>
    words.find((known) => known === parameters.get(name));
  const brushes = parameters
    .getAll("brush")
    .map(decodeBrush)
    .filter((brush) => brush !== null);
  return {
    metric: parameters.get("metric"),
    statistic: word("metric-of", STATISTICS) ?? null,
    plot: word("plot", PLOTS) ?? PLOTS[0],
    colouring: word("plot-colour", COLOURS) ?? COLOURS[0],
    brushes: [...new Map(brushes.map((brush) => [brush.column, brush])).values()],
    detailsOf: parameters.get("run"),
  };
}

export const { fields: runsViewFields, change: changeRunsView } = slice<RunsViewState>({
  parameters: RUNS_PARAMETERS,
  encode: encodeRunsView,
  decode: decodeRunsView,
});
