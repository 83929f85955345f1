/** Bars: how closely the metric goes with each hyper-parameter, over the runs that are shown. */

import { plural } from "../../kit/format";
import { columnTitle, metricColumn, parameters } from "./compared";
import { importances } from "./importances";

/** More are counted. */
const MOST_LISTED = 8;

export function ImportanceList() {
  if (metricColumn.value === null || importances.value.length === 0) return null;
  const further = parameters.value.varied.length - MOST_LISTED;
  return (
    <section class="importance" aria-label="Importance of hyper-parameters" data-testid="importance">
      <h2>What {columnTitle(metricColumn.value)} goes with</h2>
      <ol>
        {importances.value.slice(0, MOST_LISTED).map(({ name, column, strength, text, count }) => (
          <li key={name} data-testid="importance-row" data-name={name}>
            <span class="importance-name" title={name}>
              {columnTitle(column)}
            </span>
            <span class="importance-bar" aria-hidden="true">
              <span style={{ width: `${(strength ?? 0) * 100}%` }} />
            </span>
            <span class="importance-text" title={text}>
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
