/** What the runs view compares: the metric, the hyper-parameters that differ, and the columns it has by itself. */

import { computed } from "@preact/signals";
import { keyMetric, senseOf } from "../../runs/metrics";
import { columnName } from "../../runs/run_columns";
import { experiment, groupedMetrics, runRows } from "../../runs/run_table";
import { scalarTags } from "../../state/server";
import { parametersOf } from "./run_parameters";
import { runsViewFields, STATISTICS, type Statistic } from "./runs_view_link";

/** More hyper-parameters than this have no column by themselves. */
const MOST_COLUMNS = 20;

/** The scalars, and metrics that runs record in directories of their own. */
export const metricNames = computed<readonly string[]>(() => [
  ...scalarTags.value.map(({ name }) => name),
  ...groupedMetrics.value.keys(),
]);

/** The names that an experiment gives its metrics, by those of their scalars. */
export const metricTitles = computed<Record<string, string>>(() =>
  Object.fromEntries(
    experiment.value.metrics
      .filter(({ display_name }) => display_name !== "")
      .map(({ group, tag, display_name }) => {
        const name = group === "" ? tag : `${group}/${tag}`;
        return [name, `${display_name} (${name})`];
      }),
  ),
);

/** A column's name as the experiment shows it. */
export function columnTitle(column: string): string {
  const [kind, ...rest] = column.split(":");
  const name = rest.join(":");
  if (kind === "hparam" && Object.hasOwn(experiment.value.hparams, name))
    return experiment.value.hparams[name].display_name || name;
  return metricTitles.value[name] === undefined ? columnName(column) : `${kind} ${metricTitles.value[name]}`;
}

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

const rows = computed(() => [...runRows.value.values()]);

export const parameters = computed(() => parametersOf(rows.value));

/** Whether any session ended otherwise than well: else nobody needs to read that. */
const hasFailures = computed(() =>
  rows.value.some(({ session }) => session !== null && ["failure", "running"].includes(session.status)),
);

/** The metric, what runs were made with, and when. */
export const usualColumns = computed<readonly string[]>(() => {
  const found = metricColumn.value === null ? [] : [metricColumn.value, `last:${metric.value}`];
  const hparams = parameters.value.varied.slice(0, MOST_COLUMNS).map(({ column }) => column);
  const status = hasFailures.value ? ["status"] : [];
  return [...new Set([...found, ...hparams, ...status, "state", "step", "start", "duration"])];
});
