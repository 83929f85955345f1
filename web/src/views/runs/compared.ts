/** What the runs view compares: the metric, the hyper-parameters that differ, and the columns it has by itself. */

import { computed } from "@preact/signals";
import { keyMetric, senseOf } from "../../runs/metrics";
import { runRows } from "../../runs/run_table";
import { scalarTags } from "../../state/server";
import { parametersOf } from "./run_parameters";
import { runsViewFields, STATISTICS, type Statistic } from "./runs_view_link";

/** More hyper-parameters than this have no column by themselves. */
const MOST_COLUMNS = 20;

export const metricNames = computed<readonly string[]>(() => scalarTags.value.map(({ name }) => name));

/** The metric's tag; null where the log has no scalars. */
export const metric = computed<string | null>(() => {
  const names = metricNames.value;
  const chosen = runsViewFields.metric;
  if (chosen !== null && names.includes(chosen)) return chosen;
  return keyMetric(names) ?? names[0] ?? null;
});

/** The statistics that a metric has: the best only of one that has a better and a worse. */
export const statistics = computed<readonly Statistic[]>(() =>
  STATISTICS.filter((each) => each !== "best" || (metric.value !== null && senseOf(metric.value) !== null)),
);

export const statistic = computed<Statistic>(() => {
  const chosen = runsViewFields.statistic;
  return chosen !== null && statistics.value.includes(chosen) ? chosen : statistics.value[0];
});

export const metricColumn = computed<string | null>(() =>
  metric.value === null ? null : `${statistic.value}:${metric.value}`,
);

export const parameters = computed(() => parametersOf([...runRows.value.values()]));

/** The metric, what runs were made with, and when. */
export const usualColumns = computed<readonly string[]>(() => {
  const found = metricColumn.value === null ? [] : [metricColumn.value, `last:${metric.value}`];
  const hparams = parameters.value.varied.slice(0, MOST_COLUMNS).map(({ column }) => column);
  return [...new Set([...found, ...hparams, "state", "step", "start", "duration"])];
});
