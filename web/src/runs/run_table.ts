/** The table of runs: hyper-parameters, states and results of scalars, of those tags that something on screen needs. */

import { computed, effect, signal } from "@preact/signals";
import type { Run } from "../api/catalogue";
import { type Experiment, fetchRuns, type RunRow } from "../api/runs";
import type { Attempts } from "../api/scalars";
import { catalogue, connection, scalarTags, steadyNames } from "../state/server";
import { type Comparison, columnsMeant, parseQuery } from "./query";
import {
  type Cell,
  cellOf,
  FACTS,
  isOfCatalogue,
  isUnread,
  NO_CELL,
  tagOfColumn,
  UNKNOWN_CELL,
} from "./run_columns";
import { runsFields } from "./runs_link";
import { fullColumns, shownColumns } from "./shown_columns";

/** The comparisons of the filter of runs; null when it is a pattern for names. */
export const runQuery = computed<Comparison[] | null>(() => parseQuery(runsFields.runFilter));

interface Table {
  /** By the ids of the runs; empty until the first answer. */
  rows: ReadonlyMap<string, RunRow>;
  /** The names of the tags whose scalars are in it, and the attempts that these are of. */
  tags: ReadonlySet<string>;
  attempts: Attempts;
  experiment: Experiment;
}

const table = signal<Table>({
  rows: new Map(),
  tags: new Set(),
  attempts: "all",
  experiment: { hparams: {}, metrics: [] },
});

/** The rows by the ids of their runs; empty until the first answer. */
export const runRows = computed(() => table.value.rows);

/** What the runs declare of their hyper-parameters and metrics. */
export const experiment = computed(() => table.value.experiment);

/** Ids of scalar tags by their names. */
const tagIds = computed(() => new Map(scalarTags.value.map((tag) => [tag.name, tag.id])));

/** Names of scalar tags by their ids. */
export const tagNames = computed(() => new Map(scalarTags.value.map((tag) => [tag.id, tag.name])));

export interface GroupedMetric {
  /** The directory below a run's. */
  group: string;
  tag: string;
}

/** Metrics that runs record in directories of their own, as Keras' train and validation: by their names, as "validation/loss". */
export const groupedMetrics = computed<ReadonlyMap<string, GroupedMetric>>(() => {
  const declared = experiment.value.metrics.filter(({ group, tag }) => group !== "" && tagIds.value.has(tag));
  const named = declared.map(({ group, tag }) => [`${group}/${tag}`, { group, tag }] as const);
  // A tag of that very name is what the name means.
  return new Map(named.filter(([name]) => !tagIds.value.has(name)));
});

/** The tag whose scalars a column needs; null for a column that is made of something else. */
function tagNeeded(column: string): string | null {
  const name = tagOfColumn(column);
  return name === null ? null : (groupedMetrics.value.get(name)?.tag ?? name);
}

const runsByName = computed(() => new Map(catalogue.value?.runs.map((run) => [run.name, run])));

/** The columns that each name of the typed query may mean. */
export const queryColumns = computed<ReadonlyMap<string, readonly string[]>>(() => {
  const query = runQuery.value ?? [];
  if (query.length === 0) return new Map();
  const hparams = [...runRows.value.values()].flatMap((row) => Object.keys(row.hparams));
  return columnsMeant(query, [...FACTS, ...hparams, ...tagIds.value.keys(), ...groupedMetrics.value.keys()]);
});

/** The names of the tags whose scalars are needed, in an order of their own. */
const neededTags = steadyNames(() => {
  const { sort, groupBy } = runsFields;
  const wanted = [
    ...shownColumns.value,
    ...(fullColumns.value ?? []),
    sort?.column ?? "",
    ...groupBy,
    ...[...queryColumns.value.values()].flat(),
  ];
  const names = new Set(wanted.map(tagNeeded).filter((name) => name !== null));
  return [...names].filter((name) => tagIds.value.has(name)).sort();
});

/** Whether what a column has of the runs has been read. */
export function isColumnKnown(column: string): boolean {
  if (isOfCatalogue(column)) return true;
  const tag = tagNeeded(column);
  const { rows, tags, attempts } = table.value;
  const isOfScalars = tag !== null || column.startsWith("nan:");
  if (isOfScalars && attempts !== runsFields.attempts) return false;
  return rows.size > 0 && (tag === null || tags.has(tag) || !tagIds.value.has(tag));
}

/** A run's cell of a column. */
export function cellOfRun(column: string, run: Run): Cell {
  const name = tagOfColumn(column);
  const grouped = name === null ? undefined : groupedMetrics.value.get(name);
  if (name === null || grouped === undefined) return ownCell(column, run);
  const { group, tag } = grouped;
  const member = runsByName.value.get(run.name === "." ? group : `${run.name}/${group}`);
  return member === undefined ? NO_CELL : ownCell(`${column.slice(0, -name.length)}${tag}`, member);
}

/** Whether the table has what has been read of a run, and anything has. */
export function isRunRead(run: Run): boolean {
  return !isUnread(run, runRows.value.get(run.id), catalogue.value?.loading.done === false);
}

function ownCell(column: string, run: Run): Cell {
  const row = runRows.value.get(run.id);
  const isUnknown = !isOfCatalogue(column) && !isRunRead(run);
  if (isUnknown || !isColumnKnown(column)) return UNKNOWN_CELL;
  return cellOf(column, run, row, tagIds.value);
}

/** The kinds of data that the list of runs shows. */
export const RUN_LIST_KINDS = ["hparams"] as const;

/** A table is asked for at most this often, in milliseconds, and one that takes long less often. */
const INTERVAL = 2000;
const SHARE = 4;

/** When a row of the table last changed; -1 before the runs are known. */
const tableRevision = computed(() =>
  (catalogue.value?.runs ?? []).reduce(
    (last, run) => Math.max(last, run.table_revision),
    catalogue.value === null ? -1 : 0,
  ),
);

export function startRunTable(): void {
  let [next, asked, taken] = [Number.NEGATIVE_INFINITY, 0, 0];
  let underWay: { names: readonly string[]; attempts: Attempts } = { names: [], attempts: "all" };
  const ask = async (names: readonly string[], attempts: Attempts): Promise<void> => {
    const [number, begin] = [++asked, performance.now()];
    next = begin + INTERVAL;
    underWay = { names, attempts };
    const ids = names.map((name) => tagIds.peek().get(name)).filter((id) => id !== undefined);
    try {
      const answer = await fetchRuns(ids, attempts);
      // Answers may overtake each other.
      if (number <= taken) return;
      taken = number;
      table.value = {
        rows: new Map(answer.runs.map((row) => [row.id, row])),
        tags: new Set(names),
        attempts,
        experiment: answer.experiment,
      };
      next = Math.max(next, performance.now() + SHARE * (performance.now() - begin));
    } catch {
      // A server that is gone is said elsewhere; the next change asks again.
      if (number === asked) underWay = { names: [], attempts: table.peek().attempts };
    }
  };
  effect(() => {
    void connection.value;
    const names = neededTags.value;
    const { attempts } = runsFields;
    if (tableRevision.value < 0) return;
    const here = table.peek();
    const answers = [{ names: [...here.tags], attempts: here.attempts }, underWay];
    const known = answers.filter((each) => each.attempts === attempts).map((each) => new Set(each.names));
    // What somebody waits for is asked for at once.
    const isWaitedFor =
      here.rows.size === 0
        ? asked === 0
        : known.length === 0 || names.some((name) => !known.some((each) => each.has(name)));
    const timer = setTimeout(
      () => void ask(names, attempts),
      isWaitedFor ? 0 : Math.max(0, next - performance.now()),
    );
    return () => clearTimeout(timer);
  });
}
