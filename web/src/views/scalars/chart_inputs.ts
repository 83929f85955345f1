/** The inputs that all charts share: the runs or groups, their looks, and the ids to fetch. */

import { computed } from "@preact/signals";
import { shownGroups, shownRuns } from "../../runs/listed_runs";
import { runsFields } from "../../runs/runs_link";
import { chosenColours, theme } from "../../state/preferences";
import { chartFields } from "./chart_link";
import type { DrawnOptions } from "./chart_series";

export const drawnOptions = computed<DrawnOptions>(() => {
  const { statistic, band } = chartFields;
  const { baseline, comparison } = runsFields;
  return {
    ...{ runs: shownRuns.value, groups: shownGroups.value },
    ...{ colours: chosenColours.value, shade: theme.value },
    ...{ statistic, band, baseline, comparison },
  };
});
