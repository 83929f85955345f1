/** The runs of the list in its order, and those of them that are shown: one by one, and in groups. */

import { computed } from "@preact/signals";
import type { Run } from "../api/catalogue";
import { catalogue, knownRuns, steadyNames } from "../state/server";
import { groupValue } from "./group_cells";
import { ALL_BUT_SEED, allButSeed, isOfNames } from "./group_keys";
import { sortedBy } from "./run_columns";
import { runFilter } from "./run_filter";
import { type Captures, capturesOf, groupRuns, NO_CAPTURES, type RunGroup } from "./run_groups";
import { cellOfRun, isColumnKnown, runRows } from "./run_table";
import { runsFields } from "./runs_link";
import { isShown } from "./selection";
import { fullColumns } from "./shown_columns";

const runNames = steadyNames(() => knownRuns.value.map((run) => run.name));

/** Runs that were pinned: they are listed first, with any filter. */
export const pinnedRuns = computed<Run[]>(() => {
  const { runPins } = runsFields;
  const byName = new Map(catalogue.value?.runs.map((run) => [run.name, run]));
  return runPins.map((name) => byName.get(name)).filter((run) => run !== undefined);
});

/** At full width a trial that was written as a child run is in the row of its curves; else each run has its own. */
function isInOtherRow(run: Run): boolean {
  return fullColumns.value !== null && (runRows.value.get(run.id)?.joined_to ?? null) !== null;
}

/** Runs that are pinned or that the filter lets through, in the order of the list. */
export const listedRuns = computed<Run[]>(() => {
  const { sort } = runsFields;
  const pinned = new Set(pinnedRuns.value);
  const listed = knownRuns.value.filter(
    (run) => !pinned.has(run) && runFilter.value.passes(run) && !isInOtherRow(run),
  );
  const sorted =
    sort === null ? listed : sortedBy(listed, (run) => cellOfRun(sort.column, run).value, sort.isDescending);
  return [...pinned, ...sorted];
});

export const shownRuns = computed<Run[]>(() => {
  const { selection } = runsFields;
  return listedRuns.value.filter((run) => isShown(selection, run.name));
});

/** The captures of each key that groups by names. */
export const runCaptures = computed<ReadonlyMap<string, Captures>>(
  () => new Map(runsFields.groupBy.map((key) => [key, capturesOf(key, runNames.value)])),
);

/** The keys that runs are grouped by, one by one; null where they are not, and while it is not known how. */
const groupKeys = computed<readonly string[] | null>(() => {
  const { groupBy } = runsFields;
  // Before the values are here all runs would be one group.
  const isKnown = groupBy.every((key) => isOfNames(key) || isColumnKnown(key));
  if (groupBy.length === 0 || !isKnown) return null;
  return [
    ...new Set(
      groupBy.flatMap((key) => (key === ALL_BUT_SEED ? allButSeed([...runRows.value.values()]) : [key])),
    ),
  ];
});

/** All runs of the list in groups, in the order of the list; null when they are not grouped. */
export const listedGroups = computed<RunGroup[] | null>(() => {
  const keys = groupKeys.value;
  if (keys === null) return null;
  const captures = (key: string): Captures => runCaptures.value.get(key) ?? NO_CAPTURES;
  const groups = groupRuns(listedRuns.value, keys, captures, cellOfRun);
  const { sort } = runsFields;
  if (sort === null) return groups;
  // The best configuration is the one whose runs are best together.
  const mean = ({ runs }: RunGroup): number | null => groupValue(runs, (run) => cellOfRun(sort.column, run));
  return sortedBy(groups, mean, sort.isDescending);
});

/** The groups of runs that are shown, of each those of its runs that are; null when runs are drawn one by one. */
export const shownGroups = computed<RunGroup[] | null>(() => {
  const { selection } = runsFields;
  if (listedGroups.value === null) return null;
  return listedGroups.value
    .map((group) => ({ ...group, runs: group.runs.filter((run) => isShown(selection, run.name)) }))
    .filter(({ runs }) => runs.length > 0);
});

/** The group that each run of the list is in, by the run's name; empty when runs are not grouped. */
export const groupOfRun = computed(
  () =>
    new Map(
      (listedGroups.value ?? []).flatMap((group) => group.runs.map((run) => [run.name, group] as const)),
    ),
);

/** The runs to fetch: those that are shown, and the one that they are compared with. */
export const fetchedRuns = computed<readonly Run[]>(() => {
  const { baseline } = runsFields;
  const runs = shownRuns.value;
  if (baseline === null || runs.some((run) => run.name === baseline)) return runs;
  const reference = catalogue.value?.runs.find((run) => run.name === baseline);
  return reference === undefined ? runs : [...runs, reference];
});
