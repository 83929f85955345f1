/** A menu with settings of all charts that are needed less often: outliers, the best, comparison, sizes, own charts. */

import { computed } from "@preact/signals";
import { ATTEMPTS } from "../../api/scalars";
import { Check, Choice } from "../../kit/choice";
import { changeRuns, runsFields } from "../../runs/runs_link";
import { BESTS } from "../../series/best";
import { COMPARISONS } from "../../series/compare";
import {
  CHART_SIZES,
  chartSize,
  isPaused,
  sharing,
  TOOLTIP_ORDERS,
  tooltipOrder,
} from "../../state/preferences";
import { catalogue } from "../../state/server";
import { changeCharts, chartFields } from "./chart_link";
import { editedDefinition } from "./definition_editor";
import { readDefinitions, saveDefinitions } from "./definition_files";

const wasStartedAgain = computed(() => (catalogue.value?.runs ?? []).some((run) => run.attempts > 1));

export function MoreMenu() {
  const { ignoresOutliers, best, hasSuperseded, definitions } = chartFields;
  const { attempts, baseline, comparison } = runsFields;
  return (
    <details class="menu more" name="chart-menu" data-testid="more">
      <summary
        aria-label="More about all charts"
        title="Outliers, best values, comparison, own charts, sizes"
      >
        ⋯
      </summary>
      <div class="menu-body">
        <Check
          label="Ignore outliers"
          title="Show the middle nine tenths of the values; a mark counts the curves that go beyond"
          testId="outliers"
          isOn={ignoresOutliers}
          onChange={(isOn) => changeCharts({ ignoresOutliers: isOn })}
        />
        <Check
          label="Superseded points"
          title="Also the points that a run had recorded beyond the step it was resumed from"
          testId="superseded"
          isOn={hasSuperseded}
          onChange={(isOn) => changeCharts({ hasSuperseded: isOn })}
        />
        {(attempts !== "all" || wasStartedAgain.value) && (
          <Choice
            label="Attempts"
            title="Of runs that were started several times into one directory: all, or the last one"
            testId="attempts"
            words={ATTEMPTS}
            value={attempts}
            onChange={(chosen) => changeRuns({ attempts: chosen })}
          />
        )}
        <Check
          label="One zoom for all charts"
          title="Else a zoom and the pointer's place are those of one chart"
          testId="sharing"
          isOn={sharing.value === "all"}
          onChange={(isOn) => {
            sharing.value = isOn ? "all" : "one";
          }}
        />
        <Check
          label="Pause"
          title="Nothing on screen changes until it goes on"
          testId="pause"
          isOn={isPaused.value}
          onChange={(isOn) => {
            isPaused.value = isOn;
          }}
        />
        <Choice
          label="Mark the best"
          testId="best"
          words={["", ...BESTS]}
          names={{ "": "none" }}
          value={best ?? ""}
          onChange={(word) => changeCharts({ best: word === "" ? null : word })}
        />
        {baseline !== null && (
          <Choice
            label={`To ${baseline}`}
            testId="comparison"
            words={COMPARISONS}
            value={comparison}
            onChange={(chosen) => changeRuns({ comparison: chosen })}
          />
        )}
        <Choice
          label="Values under the pointer by"
          testId="tooltip-order"
          words={TOOLTIP_ORDERS}
          value={tooltipOrder.value}
          onChange={(chosen) => {
            tooltipOrder.value = chosen;
          }}
        />
        <Choice
          label="Charts"
          testId="chart-size"
          words={CHART_SIZES}
          value={chartSize.value}
          onChange={(chosen) => {
            chartSize.value = chosen;
          }}
        />
        <button
          type="button"
          data-testid="new-chart"
          onClick={(event) => {
            event.currentTarget.closest("details")?.removeAttribute("open");
            editedDefinition.value = { definition: null, isNew: true };
          }}
        >
          New chart…
        </button>
        {definitions.length > 0 && (
          <button type="button" onClick={saveDefinitions}>
            Save own charts as a file
          </button>
        )}
        <label class="file-choice">
          Own charts from a file…
          <input
            type="file"
            accept=".json,application/json"
            data-testid="plans-file"
            onChange={(event) => void readDefinitions(event.currentTarget)}
          />
        </label>
      </div>
    </details>
  );
}
