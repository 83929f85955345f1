/**
 * Runs in groups: by what a column has of them, by the directory they are in, or by what a regular expression captures
 * of their names. How is a text, as it stands in a link: `hparam:lr`, `state`, `directory`, `/seed=(\d+)/`.
 */

import type { Run } from "../api/catalogue";
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

/** The expression of a grouping by names; null when it is by something else or is no expression. */
export function captureOf(by: string): RegExp | null {
  const text = /^\/(.*)\/$/su.exec(by)?.[1];
  if (text === undefined) return null;
  try {
    return new RegExp(text, "iu");
  } catch {
    return null;
  }
}

/** Why the text of a grouping by names is no regular expression; null when nothing is wrong. */
export function captureError(by: string): string | null {
  const text = /^\/(.*)\/$/su.exec(by)?.[1];
  if (text === undefined) return null;
  try {
    new RegExp(text, "iu");
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /, "") : String(error);
  }
}

/** Groups in the order of their values, the one of runs without any last. */
export function groupRuns(
  runs: readonly Run[],
  by: string,
  cellOf: (run: Run) => { value: CellValue; text: string },
): RunGroup[] {
  const expression = captureOf(by);
  const found = new Map<string, { value: CellValue; runs: Run[] }>();
  for (const run of runs) {
    const { value, text } = keyOf(run, by, expression, cellOf);
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
  expression: RegExp | null,
  cellOf: (run: Run) => { value: CellValue; text: string },
): { value: CellValue; text: string } {
  if (by === "directory") {
    const directory = directoryOf(run.name);
    return directory === "" ? { value: null, text: "." } : { value: directory, text: directory };
  }
  if (!by.startsWith("/")) return cellOf(run);
  const match = expression?.exec(run.name);
  if (match === null || match === undefined) return { value: null, text: "–" };
  // Several captures are one name; an expression without any groups by all that it matches.
  const text = match.length > 1 ? match.slice(1).join(" ").trim() : match[0];
  return { value: text, text };
}
