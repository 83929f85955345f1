/** What a link names that is not in the log directory (any more): runs, tags and columns. */

import { computed } from "@preact/signals";
import { catalogue, scalarTags, viewed } from "../state/state";
import { isPlanKey } from "../views/scalars/plans";

export interface Absent {
  runs: string[];
  tags: string[];
}

/** Nothing before everything has been read: what is not there may still come. */
export const absent = computed<Absent>(() => {
  const known = catalogue.value;
  if (known === null || !known.loading.done || known.runs.length === 0) return { runs: [], tags: [] };
  const { selection, baseline, runPins, pins, axis, xTag, columns, sort, fixedCursor, expanded } = viewed;
  const runs = new Set(known.runs.map((run) => run.name));
  const tags = new Set(scalarTags.value.map((tag) => tag.name));
  const named = [...selection.exceptions, ...runPins, ...(baseline === null ? [] : [baseline])];
  const ofColumns = [...columns, ...(sort === null ? [] : [sort.column])]
    .map((column) => /^(?:last|min|max):(.*)$/su.exec(column)?.[1])
    .filter((name) => name !== undefined);
  const keys = [...pins, fixedCursor?.key ?? null, expanded].filter((key) => key !== null);
  const wanted = [...keys.filter((key) => !isPlanKey(key)), ...ofColumns];
  if (axis === "tag" && xTag !== "") wanted.push(xTag);
  return {
    runs: [...new Set(named)].filter((name) => !runs.has(name)),
    tags: [...new Set(wanted)].filter((name) => !tags.has(name)),
  };
});
