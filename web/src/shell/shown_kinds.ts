/** The kinds of data that the page shows, and those that runs have beside them. */

import type { Run } from "../api/catalogue";
import { RUN_LIST_KINDS } from "../runs/run_table";
import { VIEWS } from "../views/registry";

const SHOWN: ReadonlySet<string> = new Set([
  ...VIEWS.flatMap(({ kinds, alsoReads }) => [...kinds, ...(alsoReads ?? [])]),
  ...RUN_LIST_KINDS,
]);
/** The kind of values that hold nothing: there is nothing to show. */
export const EMPTY = "empty";

/** The names of the kinds that some run has and that no view is for. */
export function kindsWithoutView(runs: readonly Run[]): string[] {
  const names = new Set(runs.flatMap((run) => Object.keys(run.kinds)));
  return [...names].filter((name) => !SHOWN.has(name) && name !== EMPTY).sort();
}

/** The revision at which data of some kinds last changed in any run; 0 where there are none. */
export function revisionOf(kinds: readonly string[], runs: readonly Run[]): number {
  return runs.reduce((last, run) => Math.max(last, ...kinds.map((kind) => run.kinds[kind] ?? 0)), 0);
}
