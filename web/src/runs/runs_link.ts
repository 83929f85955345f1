/** Which runs are looked at and how the list shows them: their part of the link. */

import { ATTEMPTS, type Attempts } from "../api/scalars";
import { COMPARISONS, type Comparison } from "../series/compare";
import { slice } from "../state/link";
import { EVERYTHING, type Selection } from "./selection";

export interface RunsState {
  runFilter: string;
  /** The columns beside the names in the list of runs, see run_columns.ts; null for those of shown_columns.ts. */
  columns: readonly string[] | null;
  /** The same of the list at full width; null for those that the view has by itself. */
  tableColumns: readonly string[] | null;
  /** The column that the list is in the order of; null for the order of names. */
  sort: { column: string; isDescending: boolean } | null;
  /** Names of the runs on top of the list. */
  runPins: readonly string[];
  /** The keys that runs are grouped by, see group_keys.ts; empty for not at all. */
  groupBy: readonly string[];
  /** The run that all others are compared with; null for none. */
  baseline: string | null;
  comparison: Comparison;
  /** Of runs that were started several times: which of these are drawn, and have results in the list. */
  attempts: Attempts;
  selection: Selection;
  /** Groups and directories of the list whose runs are not listed. */
  foldedRuns: ReadonlySet<string>;
}

export const INITIAL_RUNS: RunsState = {
  runFilter: "",
  columns: null,
  tableColumns: null,
  sort: null,
  runPins: [],
  groupBy: [],
  baseline: null,
  comparison: "difference",
  attempts: "all",
  selection: EVERYTHING,
  foldedRuns: new Set(),
};

export function encodeRuns(state: RunsState, parameters: URLSearchParams): void {
  const append = (name: string, values: Iterable<string>): void => {
    for (const value of values) parameters.append(name, value);
  };
  const { runFilter, columns, tableColumns, sort, groupBy, baseline, selection } = state;
  if (runFilter !== "") parameters.set("runs", runFilter);
  if (columns !== null) append("column", columns.length === 0 ? [""] : columns);
  if (tableColumns !== null) append("table-column", tableColumns.length === 0 ? [""] : tableColumns);
  if (sort !== null) parameters.set("sort", `${sort.isDescending ? "-" : ""}${sort.column}`);
  append("pin-run", state.runPins);
  append("group", groupBy);
  if (baseline !== null) parameters.set(state.comparison, baseline);
  if (state.attempts !== INITIAL_RUNS.attempts) parameters.set("attempts", state.attempts);
  if (!selection.base) parameters.set("show", "none");
  append("except", selection.exceptions);
  append("folded-runs", state.foldedRuns);
}

export function decodeRuns(parameters: URLSearchParams): RunsState {
  const columnsNamed = (name: string): readonly string[] | null => {
    const columns = parameters.getAll(name);
    return columns.length === 0 ? null : [...new Set(columns)].filter((column) => column !== "");
  };
  const comparison = COMPARISONS.find((known) => parameters.has(known)) ?? INITIAL_RUNS.comparison;
  return {
    runFilter: parameters.get("runs") ?? "",
    columns: columnsNamed("column"),
    tableColumns: columnsNamed("table-column"),
    sort: decodeSort(parameters.get("sort")),
    runPins: [...new Set(parameters.getAll("pin-run"))],
    groupBy: [...new Set(parameters.getAll("group"))].filter((key) => key !== ""),
    baseline: parameters.get(comparison),
    comparison,
    attempts: ATTEMPTS.find((known) => known === parameters.get("attempts")) ?? INITIAL_RUNS.attempts,
    selection: { base: parameters.get("show") !== "none", exceptions: new Set(parameters.getAll("except")) },
    foldedRuns: new Set(parameters.getAll("folded-runs")),
  };
}

function decodeSort(text: string | null): RunsState["sort"] {
  if (text === null || text === "" || text === "-") return null;
  return text.startsWith("-")
    ? { column: text.slice(1), isDescending: true }
    : { column: text, isDescending: false };
}

export const { fields: runsFields, change: changeRuns } = slice<RunsState>({
  parameters: [
    ...["runs", "column", "table-column", "sort", "pin-run", "group", "attempts", "show", "except"],
    "folded-runs",
    ...COMPARISONS,
  ],
  encode: encodeRuns,
  decode: decodeRuns,
});

/** Give a run a place on top of the list, or take it back. */
export function togglePin(name: string): void {
  const { runPins } = runsFields;
  changeRuns({
    runPins: runPins.includes(name) ? runPins.filter((pin) => pin !== name) : [...runPins, name],
  });
}
