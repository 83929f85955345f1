/** Which rows the search found, how many things it found below each group, and which rows are traced. */

import { computed } from "@preact/signals";
import { reach, search, selected } from "../model_state";

interface FoundRows {
  rows: ReadonlySet<string>;
  /** By group, of what is listed. */
  below: ReadonlyMap<number, number>;
}

export const foundRows = computed<FoundRows>(() => {
  const rows = new Set<string>();
  const below = new Map<number, number>();
  for (const { group, node, groups } of search.value?.found ?? []) {
    rows.add(group >= 0 ? `g${group}` : `n${node}`);
    for (const around of groups) below.set(around, (below.get(around) ?? 0) + 1);
  }
  return { rows, below };
});

/** Of the selected thing and what it depends on, or what depends on it; null where nothing is traced. */
export const tracedRows = computed<ReadonlySet<string> | null>(() => {
  const traced = reach.value;
  if (traced === null) return null;
  const rows = [...traced.groups.map((group) => `g${group}`), ...traced.nodes.map((node) => `n${node}`)];
  const thing = selected.value;
  if (thing !== null) rows.push("group" in thing ? `g${thing.group}` : `n${thing.node}`);
  return new Set(rows);
});
