/** The page's state: what the server said, what the user chose, what the pointer is over. */

import { batch, computed, effect, signal } from "@preact/signals";
import type { Catalogue, Run, Tag } from "../api/catalogue";
import type { RunRow } from "../api/runs";
import type { Axis, Range } from "../api/scalars";
import { matches, type Pattern, parsePattern } from "./pattern";
import { type Comparison, holds, parseQuery } from "./query";
import { type Cell, type CellValue, cellOf, isOfCatalogue, sortedBy } from "./run_columns";
import { isShown } from "./selection";
import { decodeView, encodeView, type ViewState } from "./url_state";

export type LiveState = "connecting" | "live" | "paused" | "reconnecting" | "unauthorised";

/** Null until the first answer. */
export const catalogue = signal<Catalogue | null>(null);
export const liveState = signal<LiveState>("connecting");
/** When the server was first found gone, in milliseconds since the epoch; null while it answers. */
export const goneSince = signal<number | null>(null);
/** Counts connections: what was fetched over an earlier one may be stale. */
export const connection = signal(0);

export const view = signal<ViewState>(decodeView(location.hash));

export function changeView(change: Partial<ViewState>): void {
  view.value = { ...view.value, ...change };
}

export function setZoom(axis: Axis, range: Range | null): void {
  changeView({ zoom: { ...view.value.zoom, [axis]: range } });
}

export const runPattern = signal<Pattern>(parsePattern(view.value.runFilter, null));
export const tagPattern = signal<Pattern>(parsePattern(view.value.tagFilter, null));

/** What the filter of runs compares; null when it is a pattern for names. */
export const runQuery = computed<Comparison[] | null>(() => parseQuery(view.value.runFilter));

/** The table of runs by id; empty until something needs it. */
export const runRows = signal<ReadonlyMap<string, RunRow>>(new Map());

/** Whether somebody has looked at what the table could show. */
export const isTableAsked = signal(false);

export const isTableNeeded = computed(
  () => isTableAsked.value || runQuery.value !== null || !isOfCatalogue(view.value.column),
);

/** Ids of scalar tags by their names. */
const tagIds = computed(() => new Map(scalarTags.value.map((tag) => [tag.name, tag.id])));

/** What a column has of a run. */
export function cellOfRun(column: string, run: Run): Cell {
  return cellOf(column, run, runRows.value.get(run.id), tagIds.value);
}

/** A name in a query: a fact of the run, else a hyper-parameter, else the last value of a tag. */
function valueNamed(name: string, run: Run): CellValue {
  for (const column of [name, `hparam:${name}`, `last:${name}`]) {
    const { value } = cellOfRun(column, run);
    if (value !== null) return value;
  }
  return null;
}

/** Runs that the filter lets through, in the order of the list. */
export const listedRuns = computed<Run[]>(() => {
  const { expression } = runPattern.value;
  const query = runQuery.value;
  const { column, sort } = view.value;
  const listed = (catalogue.value?.runs ?? []).filter((run) =>
    query === null
      ? matches(expression, run.name)
      : query.every(({ name, operator, value }) => holds(valueNamed(name, run), operator, value)),
  );
  return sort === null
    ? listed
    : sortedBy(listed, (run) => cellOfRun(column, run).value, sort === "descending");
});

export const shownRuns = computed<Run[]>(() => {
  const { selection } = view.value;
  return listedRuns.value.filter((run) => isShown(selection, run.name));
});

export const scalarTags = computed<Tag[]>(() =>
  (catalogue.value?.tags ?? []).filter((tag) => tag.kind === "scalars"),
);

export const listedTags = computed<Tag[]>(() => {
  const { expression } = tagPattern.value;
  return scalarTags.value.filter((tag) => matches(expression, tag.name));
});

/** Name of the run that is emphasised everywhere. */
export const emphasis = signal<string | null>(null);

export interface Cursor {
  axis: Axis;
  x: number;
}

/** The place that all charts of an axis mark. */
export const cursor = signal<Cursor | null>(null);

/** Tag that is drawn at full width. */
export const expanded = signal<string | null>(null);

/** Whether the keys are shown. */
export const isHelpShown = signal(false);

/** Keep fragment and state the same, in both directions. */
export function startUrlState(): void {
  effect(() => {
    const { runFilter, tagFilter } = view.value;
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
  });
}
