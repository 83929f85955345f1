/**
 * The filter of runs that holds. The text is a query or a pattern for names, and the last text holds that is valid and
 * whose values have been read, whichever of the two it is: a slip of the pen, or a value that is still unknown, leaves
 * the list as it was.
 */

import { computed, effect, signal } from "@preact/signals";
import type { Run } from "../api/catalogue";
import { parsePattern, sieve } from "../kit/pattern";
import type { Expression } from "../kit/regex/expression";
import { catalogue, scalarTags, steadyNames } from "../state/server";
import { type Comparison, holds, isOrder, isUnfinished } from "./query";
import { ANY_TAG, type CellValue, columnName } from "./run_columns";
import { cellOfRun, isColumnKnown, queryColumns, runQuery } from "./run_table";
import { runsFields } from "./runs_link";

type Filter =
  | { kind: "query"; comparisons: readonly Comparison[]; columns: ReadonlyMap<string, readonly string[]> }
  /** Null when nothing is typed: everything matches. */
  | { kind: "pattern"; expression: Expression | null };

const EVERYTHING: Filter = { kind: "pattern", expression: null };

const runs = computed(() => catalogue.value?.runs ?? []);
const runNames = steadyNames(() => runs.value.map((run) => run.name));

/** The cell of a run that a name in a query refers to. */
function valueNamed(columns: readonly string[], run: Run): CellValue {
  for (const column of columns) {
    const { value } = cellOfRun(column, run);
    if (value !== null) return value;
  }
  return null;
}

/** Whether a name in the query is one that something has; a tag may be known and have no NaN. */
function isKnownName({ operator }: Comparison, columns: readonly string[]): boolean {
  if (operator === "has") {
    const tags = new Set(columns.map((column) => column.replace(/^nan:/u, "")));
    return tags.has(ANY_TAG) || scalarTags.value.some((tag) => tags.has(tag.name));
  }
  return runs.value.some((run) => valueNamed(columns, run) !== null);
}

/** The name in the typed query that nothing has, so that the text is a pattern after all; null where there is none. */
const unknownName = computed<string | null>(() => {
  if (runs.value.length === 0) return null;
  const columns = queryColumns.value;
  const unknown = runQuery.value?.find((each) => !isKnownName(each, columns.get(each.name) ?? []));
  return unknown?.name ?? null;
});

/** The names in the typed query whose values are still being read. */
const unread = computed<string[]>(() => {
  if (runs.value.length === 0) return [];
  const columns = queryColumns.value;
  const names = (runQuery.value ?? []).map(({ name }) => name);
  return [...new Set(names)].filter((name) => !(columns.get(name) ?? []).every(isColumnKnown));
});

const pattern = computed(() => parsePattern(runsFields.runFilter, null));

/** The typed text as a filter, or why it does not hold. */
const typed = computed<Filter | "reading" | "unfinished" | "invalid">(() => {
  const query = runQuery.value;
  if (unread.value.length > 0) return "reading";
  if (query !== null && unknownName.value === null)
    return { kind: "query", comparisons: query, columns: queryColumns.value };
  const { expression, error } = pattern.value;
  if (error !== null) return "invalid";
  if (isUnfinished(runsFields.runFilter) && !passesSome({ kind: "pattern", expression })) return "unfinished";
  return { kind: "pattern", expression };
});

const holding = signal<Filter>(EVERYTHING);

interface Passing {
  passes: (run: Run) => boolean;
  error: string | null;
}

function passing(filter: Filter): Passing {
  if (filter.kind === "pattern") {
    const { passes, error } = sieve({ expression: filter.expression, error: null }, runNames.value);
    return { passes: (run) => passes(run.name), error };
  }
  const { comparisons, columns } = filter;
  const passes = (run: Run): boolean =>
    comparisons.every(({ name, operator, value }) =>
      holds(valueNamed(columns.get(name) ?? [], run), operator, value),
    );
  return { passes, error: null };
}

function passesSome(filter: Filter): boolean {
  return runs.value.some(passing(filter).passes);
}

effect(() => {
  const filter = typed.value;
  if (typeof filter !== "string") holding.value = filter;
  // A word on the way to a query may have let nothing through: nothing is no picture to keep.
  else if (filter !== "invalid" && !passesSome(holding.peek())) holding.value = EVERYTHING;
});

/** The runs that the filter lets through. */
export const runFilter = computed<Passing>(() => passing(holding.value));

/** What is wrong with the typed text; null when nothing is. */
export const filterProblem = computed<string | null>(() => {
  if (typed.value === "invalid") {
    const { kind } = holding.value;
    const isEverything = kind === "pattern" && holding.value.expression === null;
    return parsePattern(
      runsFields.runFilter,
      null,
      isEverything ? "Everything is shown" : "The last good one holds",
    ).error;
  }
  if (typeof typed.value === "string") return null;
  if (runFilter.value.error !== null) return runFilter.value.error;
  if (unknownName.value !== null)
    return runs.value.some(runFilter.value.passes) ? null : `No run has “${columnName(unknownName.value)}”.`;
  const columns = queryColumns.value;
  const valueIn = ({ name }: Comparison, run: Run): CellValue => valueNamed(columns.get(name) ?? [], run);
  const bad = runQuery.value?.find((each) => {
    if (!isOrder(each.operator) || !Number.isNaN(Number(each.value))) return false;
    const run = runs.value.find((one) => valueIn(each, one) !== null);
    return run !== undefined && typeof valueIn(each, run) === "number";
  });
  return bad === undefined ? null : `“${bad.value}” is not a number, as ${columnName(bad.name)} is.`;
});

/** What is being read for the typed text, while the list is as it was; null when nothing is. */
export const filterReading = computed<string | null>(() => {
  if (unread.value.length === 0) return null;
  const names = unread.value.map(columnName).join(", ");
  const count = runs.value.length;
  return `Reading ${names} of ${count === 1 ? "the run" : `${count.toLocaleString("en")} runs`}. The list is as it was before.`;
});
