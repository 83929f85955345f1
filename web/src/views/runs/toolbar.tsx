/** Which metric the runs are compared by. */

import { Choice } from "../../kit/choice";
import { metric, metricNames, statistic, statistics } from "./compared";
import { changeRunsView, runsViewFields } from "./runs_view_link";

/** More metrics than this are not offered; a link can name any. */
const MOST_OFFERED = 500;

export function Toolbar() {
  if (metric.value === null) return null;
  const names = metricNames.value.slice(0, MOST_OFFERED);
  return (
    <div class="toolbar">
      <Choice
        label="metric"
        testId="runs-metric"
        words={names.includes(metric.value) ? names : [metric.value, ...names]}
        value={metric.value}
        isSet={runsViewFields.metric !== null}
        onChange={(chosen) => changeRunsView({ metric: chosen, statistic: null })}
      />
      <Choice
        label=""
        ariaLabel="Which value of the metric"
        testId="runs-statistic"
        words={statistics.value}
        value={statistic.value}
        isSet={runsViewFields.statistic !== null}
        onChange={(chosen) => changeRunsView({ statistic: chosen })}
      />
    </div>
  );
}
