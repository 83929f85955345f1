/** What all charts show alike: the runs or groups, how they look, and what to fetch for them. */

import { computed } from "@preact/signals";
import type { Run } from "../../api/catalogue";
import { chosenColours, theme } from "../../state/preferences";
import { catalogue, shownGroups, shownRuns, viewed } from "../../state/state";
import type { DrawnOptions } from "./chart_series";

export const drawnOptions = computed<DrawnOptions>(() => {
  const { statistic, band, baseline, comparison } = viewed;
  return {
    ...{ runs: shownRuns.value, groups: shownGroups.value },
    ...{ colours: chosenColours.value, shade: theme.value },
    ...{ statistic, band, baseline, comparison },
  };
});

/** The runs to fetch: those that are shown, and the one that they are compared with. */
export const fetchedRuns = computed<readonly Run[]>(() => {
  const { baseline } = viewed;
  const runs = shownRuns.value;
  if (baseline === null || runs.some((run) => run.name === baseline)) return runs;
  const reference = catalogue.value?.runs.find((run) => run.name === baseline);
  return reference === undefined ? runs : [...runs, reference];
});
