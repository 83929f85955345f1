/**
 * Runs in groups: by their values of columns, by the directory they are in, or by the captures of a regular expression
 * of their names, or by several of these; see group_keys.ts.
 */

import type { Run } from "../api/catalogue";
import { Expression } from "../kit/regex/expression";
import { PatternError } from "../kit/regex/syntax";
import { TooMuchWork, Work } from "../kit/regex/work";
import { DIRECTORY, isCapture, isOfNames } from "./group_keys";
import { type Cell, type CellValue, columnName, compareCells } from "./run_columns";

export interface RunGroup {
  name: string;
  /** The name for where there is little room, which no other group has; missing where it is none shorter. */
  short?: string;
  runs: readonly Run[];
  /** Place in the order of the groups; see charts/colour.ts. */
  color: number;
  /** Where it is among groups in the order of a number, from 0 to 1; missing for others. */
  share?: number;
}

/** Everything before the last "/" of a run's name; empty for a run that is in no directory of its own. */
export function directoryOf(name: string): string {
  const slash = name.lastIndexOf("/");
  return slash < 0 ? "" : name.slice(0, slash);
}

export interface Captures {
  /** The captures of a name; null where there are none. */
  of: (name: string) => string | null;
  /** Why nothing is captured of any; null when nothing is wrong. */
  error: string | null;
}

export const NO_CAPTURES: Captures = { of: () => null, error: null };

/** Steps to match all names with: about a second on a slow machine. */
const STEPS = 10_000_000;

/** The captures of a key that groups by names; empty for a column. */
export function capturesOf(key: string, names: readonly string[]): Captures {
  const text = /^\/(.*)\/$/su.exec(key)?.[1];
  if (text === undefined) return NO_CAPTURES;
  const found = new Map<string, string>();
  const work = new Work(STEPS);
  try {
    const expression = new Expression(text, { ignoresCase: true });
    for (const name of names) {
      const match = expression.capture(name, work);
      // Several captures are one name; an expression without any groups by all that it matches.
      if (match !== null)
        found.set(name, match.length > 1 ? match.slice(1).join(" ").trim() : (match[0] ?? ""));
    }
  } catch (error) {
    if (!(error instanceof PatternError || error instanceof TooMuchWork)) throw error;
    return { of: () => null, error: error.message };
  }
  return { of: (name) => found.get(name) ?? null, error: null };
}

/** Groups of fewer runs than this are told apart better by hues. */
const FEWEST_ON_RAMP = 3;

/**
 * Groups in the order of their values of the keys, the ones of runs without any last. By numbers, they are on a ramp.
 *
 * `captures` are those of each key, and `cellOf` is a run's cell of a column.
 */
export function groupRuns(
  runs: readonly Run[],
  keys: readonly string[],
  captures: (key: string) => Captures,
  cellOf: (column: string, run: Run) => Pick<Cell, "value" | "text">,
): RunGroup[] {
  const found = new Map<string, { values: CellValue[]; name: string; short: string; runs: Run[] }>();
  for (const run of runs) {
    const cells = keys.map((key) => keyOf(run, key, captures(key), cellOf));
    const text = JSON.stringify(cells.map((cell) => cell.text));
    const known = found.get(text);
    if (known === undefined)
      found.set(text, {
        values: cells.map(({ value }) => value),
        ...{ name: nameOf(keys, cells), short: shortNameOf(keys, cells), runs: [run] },
      });
    else known.runs.push(run);
  }
  const groups = [...found.values()].sort((one, other) => compareAll(one.values, other.values));
  const numbered = groups.filter(({ values }) => typeof values[0] === "number" && !Number.isNaN(values[0]));
  const isOrdered =
    keys.length === 1 &&
    numbered.length >= FEWEST_ON_RAMP &&
    groups.every((group) => numbered.includes(group) || group.values[0] === null);
  const areClear = new Set(groups.map(({ short }) => short)).size === groups.length;
  return groups.map(({ name, short, runs: members }, color) => ({
    ...{ name, runs: members, color },
    ...(areClear && short.length < name.length && { short }),
    ...(isOrdered && color < numbered.length && { share: color / (numbered.length - 1) }),
  }));
}

/** The value of one key says enough; several are told with the names of their keys. */
function nameOf(keys: readonly string[], cells: readonly { text: string }[]): string {
  if (keys.length === 0) return "all runs";
  if (keys.length === 1) return cells[0].text;
  return keys
    .map((key, i) => (isOfNames(key) ? cells[i].text : `${columnName(key)} ${cells[i].text}`))
    .join(" · ");
}

/** Of several keys the first letters of their words, and none for what is a text: "lr 0.01 · wd 0.1 · adamw". */
function shortNameOf(keys: readonly string[], cells: readonly Pick<Cell, "value" | "text">[]): string {
  if (keys.length < 2) return nameOf(keys, cells);
  return keys
    .map((key, i) => {
      const { value, text } = cells[i];
      return typeof value === "string" || isOfNames(key) ? text : `${initials(columnName(key))} ${text}`;
    })
    .join(" · ");
}

/** "wd" for "weight_decay"; a word alone as it is. */
function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  return words.length < 2 ? name : words.map((word) => word[0]).join("");
}

function compareAll(one: readonly CellValue[], other: readonly CellValue[]): number {
  for (const [i, value] of one.entries()) {
    const order = compareCells(value, other[i]);
    if (order !== 0) return order;
  }
  return 0;
}

function keyOf(
  run: Run,
  key: string,
  captures: Captures,
  cellOf: (column: string, run: Run) => Pick<Cell, "value" | "text">,
): Pick<Cell, "value" | "text"> {
  if (key === DIRECTORY) {
    const directory = directoryOf(run.name);
    return directory === "" ? { value: null, text: "." } : { value: directory, text: directory };
  }
  if (!isCapture(key)) return cellOf(key, run);
  const captured = captures.of(run.name);
  return { value: captured, text: captured ?? "–" };
}
