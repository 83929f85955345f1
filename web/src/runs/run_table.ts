/** Keeps the table of runs up to date while something on screen needs it. */

import { effect } from "@preact/signals";
import { fetchRuns } from "../api/runs";
import { catalogue, connection, isTableNeeded, runRows } from "../state/state";

/** A large table is asked for at most this often, in milliseconds. */
const INTERVAL = 2000;

export function startRunTable(): void {
  let last = Number.NEGATIVE_INFINITY;
  effect(() => {
    void catalogue.value?.revision;
    void connection.value;
    if (!isTableNeeded.value || catalogue.value === null) return;
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
