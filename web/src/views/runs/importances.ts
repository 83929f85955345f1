/** How closely the metric goes with each hyper-parameter that differs, over the runs that are shown. */

import { computed } from "@preact/signals";
import { shownRuns } from "../../runs/listed_runs";
import { cellOfRun, isColumnKnown } from "../../runs/run_table";
import { metricColumn, parameters } from "./compared";
import { type Importance, importanceOf } from "./importance";
import type { Parameter } from "./run_parameters";

/** Further ones are not looked at. */
const MOST_COMPARED = 1000;

/** The closest first; empty without a metric, and before it is known. */
export const importances = computed<readonly (Parameter & Importance)[]>(() => {
  const column = metricColumn.value;
  if (column === null || !isColumnKnown(column)) return [];
  const results = shownRuns.value.map((run) => cellOfRun(column, run).value);
  return parameters.value.varied
    .slice(0, MOST_COMPARED)
    .map((parameter) => {
      const values = shownRuns.value.map((run) => cellOfRun(parameter.column, run).value);
      return { ...parameter, ...importanceOf(values, results) };
    })
    .sort((one, other) => (other.strength ?? -1) - (one.strength ?? -1));
});
