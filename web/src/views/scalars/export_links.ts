/** Where every point of a chart is, and the Python that reads the same. */

import type { Run, Tag } from "../../api/catalogue";
import type { RunsState } from "../../runs/runs_link";
import type { ChartState } from "./chart_link";

/** Which of the points are meant. */
export type Which = Pick<ChartState, "hasSuperseded"> & Pick<RunsState, "attempts">;

/** The address of all points of a tag that are meant, of those runs that have it. */
export function seriesAddress(
  tag: Tag,
  runs: readonly Run[],
  format: "csv" | "json",
  { hasSuperseded, attempts }: Which,
): string {
  const having = new Set(tag.runs);
  const ids = runs.filter((run) => having.has(run.id)).map((run) => run.id);
  const asked = new URLSearchParams({ tag: tag.id, runs: ids.join(","), format });
  if (hasSuperseded) asked.set("superseded", "true");
  if (attempts !== "all") asked.set("attempts", attempts);
  // Commas need no escape, which would make the address of a thousand runs half as long again.
  return `./api/series?${asked.toString().replaceAll("%2C", ",")}`;
}

/** Python's text for a string: JSON's is one, but for characters beyond U+FFFF. */
export function pythonString(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u{10ffff}]/gu,
    (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`,
  );
}

/** Lines that read some tags of some runs from the log directory; a run need not have all of them. */
export function pythonOf(
  logdir: string,
  tags: readonly string[],
  runs: readonly string[],
  { hasSuperseded, attempts }: Which,
): string {
  const which = `${hasSuperseded ? ", superseded=True" : ""}${attempts === "last" ? ", last_attempt=True" : ""}`;
  const list = (names: readonly string[]): string => `[${names.map(pythonString).join(", ")}]`;
  return [
    "import cutaway as ct",
    "",
    `logs = ct.open(${pythonString(logdir)})`,
    `for name in ${list(runs)}:`,
    "    run = logs[name]",
    `    for tag in ${list(tags)}:`,
    "        if tag in run.tags():",
    `            points = run.scalars(tag${which})`,
    "            print(name, tag, points.step, points.value)",
    "",
  ].join("\n");
}
