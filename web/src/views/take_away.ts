/** Where every point of a chart is, and the Python that reads the same. */

import type { Run, Tag } from "../api/catalogue";

/** The address of all points of a tag, of those runs that have it. */
export function seriesAddress(tag: Tag, runs: readonly Run[], format: "csv" | "json"): string {
  const having = new Set(tag.runs);
  const ids = runs.filter((run) => having.has(run.id)).map((run) => run.id);
  return `./api/series?${new URLSearchParams({ tag: tag.id, runs: ids.join(","), format })}`;
}

/** Python's text for a string: JSON's is one, but for what lies beyond U+FFFF. */
export function pythonString(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u{10ffff}]/gu,
    (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`,
  );
}

/** Lines that read some tags of some runs from the log directory. */
export function pythonOf(logdir: string, tags: readonly string[], runs: readonly string[]): string {
  const list = (names: readonly string[]): string => `[${names.map(pythonString).join(", ")}]`;
  return [
    "import cutaway as ct",
    "",
    `logs = ct.open(${pythonString(logdir)})`,
    `for run in ${list(runs)}:`,
    `    for tag in ${list(tags)}:`,
    "        points = logs[run].scalars(tag)",
    "        print(run, tag, points.step, points.value)",
    "",
  ].join("\n");
}
