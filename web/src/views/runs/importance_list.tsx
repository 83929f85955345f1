/** Bars: how closely the metric goes with each hyper-parameter, over the runs that are shown. */

import { computed } from "@preact/signals";
import { plural } from "../../kit/format";
import { shownRuns } from "../../runs/listed_runs";
import { columnName } from "../../runs/run_columns";
import { cellOfRun, isColumnKnown } from "../../runs/run_table";
import { metricColumn, parameters } from "./compared";
import { importanceOf } from "./importance";

/** More are counted, and more than the other number are not looked at. */
const [MOST_LISTED, MOST_COMPARED] = [8, 1000];

const ordered = computed(() => {
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

export function ImportanceList() {
  if (metricColumn.value === null || ordered.value.length === 0) return null;
  const further = parameters.value.varied.length - MOST_LISTED;
  return (
    <section class="importance" aria-label="Importance of hyper-parameters" data-testid="importance">
      <h2>What {columnName(metricColumn.value)} goes with</h2>
      <ol>
        {ordered.value.slice(0, MOST_LISTED).map(({ name, strength, text, count }) => (
          <li key={name} data-testid="importance-row" data-name={name}>
            <span class="importance-name" title={name}>
              {name}
            </span>
            <span class="importance-bar" aria-hidden="true">
              <span style={{ width: `${(strength ?? 0) * 100}%` }} />
            </span>
            <span class="importance-text">
              {text} <span class="quiet">· {plural(count, "run")}</span>
            </span>
          </li>
        ))}
      </ol>
      <p class="quiet">
        {further > 0 && `${plural(further, "further hyper-parameter")}. `}
        Rank correlation over the runs that are shown: it says what goes together, and not what causes what.
      </p>
    </section>
  );
}
