/**
 * Runs in groups: by their value of a column, by the directory they are in, or by the captures of a regular expression
 * of their names. How is a text, as it stands in a link: `hparam:lr`, `state`, `directory`, `/seed=(\d+)/`.
 */

import type { Run } from "../api/catalogue";
import { Expression } from "../kit/regex/expression";
import { PatternError } from "../kit/regex/syntax";
import { TooMuchWork, Work } from "../kit/regex/work";
import { type CellValue, compareCells } from "./run_columns";

export interface RunGroup {
  name: string;
  runs: readonly Run[];
  /** Place in the order of the groups; see charts/colour.ts. */
  color: number;
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

/** Steps to match all names with: about a second on a slow machine. */
const STEPS = 10_000_000;

/** The captures of a grouping by names; empty where runs are grouped by a column. */
export function capturesOf(by: string, names: readonly string[]): Captures {
  const text = /^\/(.*)\/$/su.exec(by)?.[1];
  if (text === undefined) return { of: () => null, error: null };
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

/** Groups in the order of their values, the one of runs without any last. */
export function groupRuns(
  runs: readonly Run[],
  by: string,
  captures: Captures,
  cellOf: (run: Run) => { value: CellValue; text: string },
): RunGroup[] {
  const found = new Map<string, { value: CellValue; runs: Run[] }>();
  for (const run of runs) {
    const { value, text } = keyOf(run, by, captures, cellOf);
    const known = found.get(text);
    if (known === undefined) found.set(text, { value, runs: [run] });
    else known.runs.push(run);
  }
  return [...found]
    .sort(([, one], [, other]) => compareCells(one.value, other.value))
    .map(([name, group], color) => ({ name, runs: group.runs, color }));
}

function keyOf(
  run: Run,
  by: string,
  captures: Captures,
  cellOf: (run: Run) => { value: CellValue; text: string },
): { value: CellValue; text: string } {
  if (by === "directory") {
    const directory = directoryOf(run.name);
    return directory === "" ? { value: null, text: "." } : { value: directory, text: directory };
  }
  if (!by.startsWith("/")) return cellOf(run);
  const captured = captures.of(run.name);
  return { value: captured, text: captured ?? "–" };
}
