/** The page's state: what the server said, what the user chose, what the pointer is over. */

import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Catalogue, Run, Tag } from "../api/catalogue";
import type { Category } from "../api/layouts";
import type { RunRow } from "../api/runs";
import type { Axis, Range } from "../api/scalars";
import { type Pattern, parsePattern, type Sieve, sieve } from "../kit/pattern";
import { type Comparison, columnsMeant, holds, isOrder, parseQuery } from "../runs/query";
import {
  type Cell,
  type CellValue,
  cellOf,
  columnName,
  FACTS,
  isOfCatalogue,
  sortedBy,
} from "../runs/run_columns";
import { type Captures, capturesOf, groupRuns, type RunGroup } from "../runs/run_groups";
import { isShown } from "../runs/selection";
import { type Chart, chartOfPlan, chartOfTag } from "../views/scalars/plans";
import { TagSearch } from "../views/scalars/tag_search";
import { decodeView, encodeView, INITIAL_VIEW, type OwnRange, type ViewState } from "./url_state";

export type LiveState = "connecting" | "live" | "paused" | "reconnecting" | "unauthorised";

/** Null until the first answer. */
export const catalogue = signal<Catalogue | null>(null);
export const liveState = signal<LiveState>("connecting");
/** When the server was first found gone, in milliseconds since the epoch; null while it answers. */
export const goneSince = signal<number | null>(null);
/** Counts connections: what was fetched over an earlier one may be stale. */
export const connection = signal(0);

export const view = signal<ViewState>(decodeView(location.hash));

/**
 * The view, part by part: whoever reads one of these is told only when that one changes, so that a zoom redraws charts
 * and nothing else.
 */
export const viewed = {} as Readonly<ViewState>;
for (const name of Object.keys(INITIAL_VIEW) as (keyof ViewState)[]) {
  const part = computed(() => view.value[name]);
  Object.defineProperty(viewed, name, { enumerable: true, get: () => part.value });
}

export function changeView(change: Partial<ViewState>): void {
  view.value = { ...view.value, ...change };
}

export function setZoom(axis: Axis, range: Range | null): void {
  changeView({ zoom: { ...view.value.zoom, [axis]: range } });
}

/** Give a chart a range of its own, or take it back. */
export function setOwnRange(key: string, change: Partial<OwnRange>): void {
  const ranges = new Map(view.value.ranges);
  const range = { x: null, y: null, ...ranges.get(key), ...change };
  if (range.x === null && range.y === null) ranges.delete(key);
  else ranges.set(key, range);
  changeView({ ranges });
}

const runPattern = signal<Pattern>(parsePattern(viewed.runFilter, null));
const tagPattern = signal<Pattern>(parsePattern(viewed.tagFilter, null));

/** Names that are the same list while they are the same: what is matched against them is kept. */
function steadyNames(compute: () => readonly string[]): ReadonlySignal<readonly string[]> {
  let last: readonly string[] = [];
  return computed(() => {
    const names = compute();
    const isSame = names.length === last.length && names.every((name, i) => name === last[i]);
    if (!isSame) last = names;
    return last;
  });
}

const runNames = steadyNames(() => (catalogue.value?.runs ?? []).map((run) => run.name));

/** What the filter of runs lets through where it is a pattern. */
export const runSieve = computed<Sieve>(() => sieve(runPattern.value, runNames.value));

/** What the filter of runs compares; null when it is a pattern for names. */
export const runQuery = computed<Comparison[] | null>(() => parseQuery(viewed.runFilter));

/** The table of runs by id; empty until something needs it. */
export const runRows = signal<ReadonlyMap<string, RunRow>>(new Map());

/** Whether somebody has looked at what the table could show. */
export const isTableAsked = signal(false);

export const isTableNeeded = computed(() => {
  const { columns, sort, groupBy } = viewed;
  return (
    isTableAsked.value ||
    runQuery.value !== null ||
    !columns.every(isOfCatalogue) ||
    !isOfCatalogue(sort?.column ?? "step") ||
    !(groupBy === "" || groupBy === "directory" || groupBy.startsWith("/"))
  );
});

/** Ids of scalar tags by their names. */
const tagIds = computed(() => new Map(scalarTags.value.map((tag) => [tag.name, tag.id])));

/** What a column has of a run. */
export function cellOfRun(column: string, run: Run): Cell {
  return cellOf(column, run, runRows.value.get(run.id), tagIds.value);
}

/** The columns that each name of the query may mean. */
const queryColumns = computed<ReadonlyMap<string, readonly string[]>>(() => {
  const query = runQuery.value ?? [];
  if (query.length === 0) return new Map();
  const hparams = [...runRows.value.values()].flatMap((row) => Object.keys(row.hparams));
  return columnsMeant(query, [...FACTS, ...hparams, ...scalarTags.value.map((tag) => tag.name)]);
});

/** What a name in the query has of a run. */
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

/** What the list is filtered by: the query, or null where the text is a pattern. */
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

/** Runs that were pinned: they are listed first, and stay whatever the filter is. */
export const pinnedRuns = computed<Run[]>(() => {
  const { runPins } = viewed;
  const byName = new Map(catalogue.value?.runs.map((run) => [run.name, run]));
  return runPins.map((name) => byName.get(name)).filter((run) => run !== undefined);
});

/** Give a run a place on top of the list, or take it back. */
export function togglePin(name: string): void {
  const { runPins } = viewed;
  changeView({
    runPins: runPins.includes(name) ? runPins.filter((pin) => pin !== name) : [...runPins, name],
  });
}

/** Runs that are pinned or that the filter lets through, in the order of the list. */
export const listedRuns = computed<Run[]>(() => {
  const query = activeQuery.value;
  const { sort } = viewed;
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
  const { selection } = viewed;
  return listedRuns.value.filter((run) => isShown(selection, run.name));
});

/** What the expression of a grouping by names captures. */
export const runCaptures = computed<Captures>(() => capturesOf(viewed.groupBy, runNames.value));

/** All runs of the list in groups; null when they are not grouped. */
export const listedGroups = computed<RunGroup[] | null>(() => {
  const { groupBy } = viewed;
  if (groupBy === "") return null;
  return groupRuns(listedRuns.value, groupBy, runCaptures.value, (run) => cellOfRun(groupBy, run));
});

/** The groups of runs that are shown, of each those of its runs that are; null when runs are drawn one by one. */
export const shownGroups = computed<RunGroup[] | null>(() => {
  const { selection } = viewed;
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

export const scalarTags = computed<Tag[]>(() =>
  (catalogue.value?.tags ?? []).filter((tag) => tag.kind === "scalars"),
);

const tagsByName = computed(() => new Map(scalarTags.value.map((tag) => [tag.name, tag])));
const tagNames = steadyNames(() => scalarTags.value.map((tag) => tag.name));

/** What whoever recorded a tag said about it, by the tag's id. */
export const descriptions = signal<ReadonlyMap<string, string>>(new Map());

/** What the logs bring as layouts of charts. */
export const layouts = signal<readonly Category[]>([]);

/** What the filter of tags lets through: names of tags, and titles of charts of several. */
const filteredNames = steadyNames(() => [
  ...tagNames.value,
  ...viewed.plans.map(({ title }) => title),
  ...layouts.value.flatMap(({ charts }) => charts.map(({ title }) => title)),
]);
export const tagSieve = computed<Sieve>(() => sieve(tagPattern.value, filteredNames.value));

export const listedTags = computed<Tag[]>(() => {
  const { passes } = tagSieve.value;
  return scalarTags.value.filter((tag) => passes(tag.name));
});

/** Where tags are looked for: what one log's layouts cost is not taken from the user's own charts. */
const layoutSearch = computed(() => {
  void layouts.value;
  return new TagSearch(tagNames.value);
});
const ownSearch = computed(() => {
  void viewed.plans;
  return new TagSearch(tagNames.value);
});

/** The charts of each layout. */
export const layoutCharts = computed(() => {
  const table = { byName: tagsByName.value, search: layoutSearch.value };
  return layouts.value.map(({ title, closed, charts }) => ({
    ...{ title, closed },
    charts: charts.map((chart) => {
      const plan = { title: chart.title, tags: [], patterns: chart.tags, margins: chart.margins, x: null };
      return chartOfPlan(plan, table, false);
    }),
  }));
});

/** The user's own charts, and those on top, as far as there are tags for them. */
export const ownCharts = computed<Chart[]>(() => {
  const table = { byName: tagsByName.value, search: ownSearch.value };
  return viewed.plans.map((plan) => chartOfPlan(plan, table, true));
});

export const pinnedCharts = computed<Chart[]>(() => {
  const planned = [...layoutCharts.value.flatMap(({ charts }) => charts), ...ownCharts.value];
  const byKey = new Map(planned.map((chart) => [chart.key, chart]));
  return viewed.pins.flatMap((key) => {
    const tag = tagsByName.value.get(key);
    return byKey.get(key) ?? (tag === undefined ? [] : [chartOfTag(tag)]);
  });
});

/** The tag on the x axis of all charts; null where that is steps or time, or where no tag has the name. */
export const xTag = computed<Tag | null>(() => {
  const { axis, xTag: name } = viewed;
  return axis === "tag" ? (scalarTags.value.find((tag) => tag.name === name) ?? null) : null;
});

/** Name of the run that is emphasised everywhere. */
export const emphasis = signal<string | null>(null);

export interface Cursor {
  axis: Axis;
  x: number;
}

/** The place that all charts of an axis mark. */
export const cursor = signal<Cursor | null>(null);

/** Key of a chart that is to be scrolled to: one that was just made, or that a link has marked; null when it has been. */
export const soughtChart = signal<string | null>(viewed.fixedCursor?.key ?? null);

/** Whether the keys are shown. */
export const isHelpShown = signal(false);

/** Keep fragment and state the same, in both directions. */
export function startUrlState(): void {
  effect(() => {
    const { runFilter, tagFilter } = viewed;
    batch(() => {
      runPattern.value = parsePattern(runFilter, runPattern.peek().expression);
      tagPattern.value = parsePattern(tagFilter, tagPattern.peek().expression);
    });
  });
  effect(() => {
    const fragment = encodeView(view.value);
    if (fragment === location.hash.replace(/^#/, "")) return;
    // An empty fragment would leave a lone "#"; the address without one is the same page.
    history.replaceState(
      history.state,
      "",
      fragment === "" ? location.pathname + location.search : `#${fragment}`,
    );
  });
  addEventListener("hashchange", () => {
    view.value = decodeView(location.hash);
    soughtChart.value = viewed.fixedCursor?.key ?? null;
  });
}
