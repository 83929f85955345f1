/** Which metric the runs are compared by, how they are plotted, and how they are grouped. */

import { Choice } from "../../kit/choice";
import { GroupChoice } from "../../runs/group_choice";
import { metric, metricNames, metricTitles, parameters, statistic, statistics } from "./compared";
import { COLOURS, changeRunsView, PLOTS, runsViewFields } from "./runs_view_link";

/** More metrics than this are not offered; a link can name any. */
const MOST_OFFERED = 500;

const PLOT_NAMES = { axes: "parallel coordinates", scatters: "each parameter", none: "the table alone" };

export function Toolbar() {
  if (metric.value === null && parameters.value.varied.length === 0) return null;
  return (
    <div class="toolbar">
      {metric.value !== null && <MetricChoices name={metric.value} />}
      {parameters.value.varied.length > 0 && <PlotChoices />}
      <GroupChoice />
    </div>
  );
}

function MetricChoices({ name }: { name: string }) {
  const names = metricNames.value.slice(0, MOST_OFFERED);
  return (
    <>
      <Choice
        label="metric"
        testId="runs-metric"
        words={names.includes(name) ? names : [name, ...names]}
        names={metricTitles.value}
        value={name}
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
    </>
  );
}

function PlotChoices() {
  const { plot, colouring } = runsViewFields;
  return (
    <>
      <Choice
        label="plot"
        testId="runs-plot"
        words={PLOTS}
        names={PLOT_NAMES}
        value={plot}
        isSet={plot !== PLOTS[0]}
        onChange={(chosen) => changeRunsView({ plot: chosen })}
      />
      {plot !== "none" && metric.value !== null && (
        <Choice
          label="coloured by"
          testId="runs-colour"
          words={COLOURS}
          value={colouring}
          isSet={colouring !== COLOURS[0]}
          onChange={(chosen) => changeRunsView({ colouring: chosen })}
        />
      )}
    </>
  );
}
