/** The table of runs: hyper-parameters and results of scalars, fetched while something on screen needs it. */

import { computed, effect, signal } from "@preact/signals";
import type { Run } from "../api/catalogue";
import { fetchRuns, type RunRow } from "../api/runs";
import { catalogue, connection, scalarTags } from "../state/server";
import { isOfNames } from "./group_keys";
import { type Comparison, parseQuery } from "./query";
import { type Cell, cellOf, isOfCatalogue } from "./run_columns";
import { runsFields } from "./runs_link";

/** The comparisons of the filter of runs; null when it is a pattern for names. */
export const runQuery = computed<Comparison[] | null>(() => parseQuery(runsFields.runFilter));

/** The table of runs by id; empty until something needs it. */
export const runRows = signal<ReadonlyMap<string, RunRow>>(new Map());

/** Whether the user has opened a list of the table's columns. */
export const isTableAsked = signal(false);

export const isTableNeeded = computed(() => {
  const { columns, sort, groupBy } = runsFields;
  return (
    isTableAsked.value ||
    runQuery.value !== null ||
    !columns.every(isOfCatalogue) ||
    !isOfCatalogue(sort?.column ?? "step") ||
    !groupBy.every(isOfNames)
  );
});

/** Ids of scalar tags by their names. */
const tagIds = computed(() => new Map(scalarTags.value.map((tag) => [tag.name, tag.id])));

/** A run's cell of a column. */
export function cellOfRun(column: string, run: Run): Cell {
  return cellOf(column, run, runRows.value.get(run.id), tagIds.value);
}

/** The kinds of data that the list of runs shows. */
export const RUN_LIST_KINDS = ["hparams"] as const;

/** A large table is asked for at most this often, in milliseconds. */
const INTERVAL = 2000;

/** When a row of the table last changed; -1 before the runs are known. */
const tableRevision = computed(() =>
  (catalogue.value?.runs ?? []).reduce(
    (last, run) => Math.max(last, run.table_revision),
    catalogue.value === null ? -1 : 0,
  ),
);

export function startRunTable(): void {
  let last = Number.NEGATIVE_INFINITY;
  effect(() => {
    void connection.value;
    if (tableRevision.value < 0 || !isTableNeeded.value) return;
    const timer = setTimeout(
      () => {
        last = performance.now();
        fetchRuns().then(
          (rows) => {
            runRows.value = new Map(rows.map((row) => [row.id, row]));
          },
          // A server that is gone is said elsewhere; the next change asks again.
          () => {},
        );
      },
      Math.max(0, last + INTERVAL - performance.now()),
    );
    return () => clearTimeout(timer);
  });
}
