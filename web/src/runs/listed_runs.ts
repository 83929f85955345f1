/** The runs of the list in its order, and those of them that are shown: one by one, and in groups. */

import { computed, effect, signal } from "@preact/signals";
import type { Run } from "../api/catalogue";
import { type Pattern, parsePattern, type Sieve, sieve } from "../kit/pattern";
import { catalogue, scalarTags, steadyNames } from "../state/server";
import { groupValue } from "./group_cells";
import { ALL_BUT_SEED, allButSeed, isOfNames } from "./group_keys";
import { columnsMeant, holds, isOrder } from "./query";
import { type CellValue, columnName, FACTS, sortedBy } from "./run_columns";
import { type Captures, capturesOf, groupRuns, NO_CAPTURES, type RunGroup } from "./run_groups";
import { cellOfRun, runQuery, runRows } from "./run_table";
import { runsFields } from "./runs_link";
import { isShown } from "./selection";

/** The filter as a pattern; while the typed text is not one, the last one that was. */
const runPattern = signal<Pattern>(parsePattern(runsFields.runFilter, null));
effect(() => {
  const { runFilter } = runsFields;
  runPattern.value = parsePattern(runFilter, runPattern.peek().expression);
});

const runNames = steadyNames(() => (catalogue.value?.runs ?? []).map((run) => run.name));

/** The names that the filter of runs lets through where it is a pattern. */
export const runSieve = computed<Sieve>(() => sieve(runPattern.value, runNames.value));

/** The columns that each name of the query may mean. */
const queryColumns = computed<ReadonlyMap<string, readonly string[]>>(() => {
  const query = runQuery.value ?? [];
  if (query.length === 0) return new Map();
  const hparams = [...runRows.value.values()].flatMap((row) => Object.keys(row.hparams));
  return columnsMeant(query, [...FACTS, ...hparams, ...scalarTags.value.map((tag) => tag.name)]);
});

/** The cell of a run that a name in the query refers to. */
function valueNamed(name: string, run: Run): CellValue {
  for (const column of queryColumns.value.get(name) ?? []) {
    const { value } = cellOfRun(column, run);
    if (value !== null) return value;
  }
  return null;
}

/** A name in the query that no run has anything of, so that the text is a pattern after all; null until that is known. */
const unknownName = computed<string | null>(() => {
  const query = runQuery.value;
  const runs = catalogue.value?.runs ?? [];
  if (query === null || runs.length === 0 || runRows.value.size === 0) return null;
  return query.find(({ name }) => runs.every((run) => valueNamed(name, run) === null))?.name ?? null;
});

/** The query that the list is filtered by, or null where the text is a pattern. */
export const activeQuery = computed(() => (unknownName.value === null ? runQuery.value : null));

/** Why the filter finds nothing, where it cannot; null when nothing is wrong with it. */
export const queryProblem = computed<string | null>(() => {
  if (unknownName.value !== null)
    return listedRuns.value.length > pinnedRuns.value.length
      ? null
      : `No run has “${columnName(unknownName.value)}”.`;
  const bad = activeQuery.value?.find(({ name, operator, value }) => {
    if (!isOrder(operator) || !Number.isNaN(Number(value))) return false;
    const run = catalogue.value?.runs.find((each) => valueNamed(name, each) !== null);
    return run !== undefined && typeof valueNamed(name, run) === "number";
  });
  return bad === undefined ? null : `“${bad.value}” is not a number, as ${columnName(bad.name)} is.`;
});

/** Runs that were pinned: they are listed first, with any filter. */
export const pinnedRuns = computed<Run[]>(() => {
  const { runPins } = runsFields;
  const byName = new Map(catalogue.value?.runs.map((run) => [run.name, run]));
  return runPins.map((name) => byName.get(name)).filter((run) => run !== undefined);
});

/** Runs that are pinned or that the filter lets through, in the order of the list. */
export const listedRuns = computed<Run[]>(() => {
  const query = activeQuery.value;
  const { sort } = runsFields;
  const pinned = new Set(pinnedRuns.value);
  const listed = (catalogue.value?.runs ?? []).filter(
    (run) =>
      !pinned.has(run) &&
      (query === null
        ? runSieve.value.passes(run.name)
        : query.every(({ name, operator, value }) => holds(valueNamed(name, run), operator, value))),
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
  const isKnown = groupBy.every(isOfNames) || runRows.value.size > 0;
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
