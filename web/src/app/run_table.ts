/** Keeps the table of runs up to date while something on screen needs it. */

import { computed, effect } from "@preact/signals";
import { fetchRuns } from "../api/runs";
import { catalogue, connection, isTableNeeded, runRows } from "./state";

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
