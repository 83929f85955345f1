/** One picture or sound of the log, as it is asked for and told apart from others. */

import type { Run, Tag } from "../../api/catalogue";
import type { MediaAsked } from "../../api/media";
import type { ShownSeries } from "./step_values";

/** By names and its record, so that a server started anew changes nothing on screen. */
export interface ShownMedia extends MediaAsked {
  key: string;
  step: number;
  wallTime: number;
  /** Of the record. */
  bytes: number;
}

/** A part of a record, by the names of its tag and run and by what tells it from other records of theirs. */
export function mediaKey(
  tag: string,
  run: string,
  { index, step, wallTime, bytes, part }: Pick<ShownMedia, "index" | "step" | "wallTime" | "bytes" | "part">,
): string {
  return JSON.stringify([tag, run, index, step, wallTime, bytes, part]);
}

/** Part `part` of the value at an index of a series; null where there is none. */
export function shownAt(
  tag: Tag,
  run: Run,
  series: ShownSeries | null,
  index: number | null,
  part: number,
): ShownMedia | null {
  if (series === null || index === null) return null;
  const [step, wallTime, bytes] = [series.step, series.wallTime, series.bytes].map((column) =>
    Number(column[index]),
  );
  const record = { index, part, step, wallTime, bytes };
  return { tag: tag.id, run: run.id, ...record, key: mediaKey(tag.name, run.name, record) };
}
