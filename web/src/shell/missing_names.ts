/** Names of a link that are not in the log directory (any more): runs, tags and columns. */

import { computed } from "@preact/signals";
import { tagOfColumn } from "../runs/run_columns";
import { runsFields } from "../runs/runs_link";
import { catalogue, scalarTags } from "../state/server";
import { shownView } from "./current_view";

export interface MissingNames {
  runs: string[];
  tags: string[];
}

/** Empty before everything has been read: missing names may still come. */
export const missingNames = computed<MissingNames>(() => {
  const known = catalogue.value;
  if (known === null || !known.loading.done || known.runs.length === 0) return { runs: [], tags: [] };
  const { selection, baseline, runPins, columns, sort } = runsFields;
  const runs = new Set(known.runs.map((run) => run.name));
  const tags = new Set(scalarTags.value.map((tag) => tag.name));
  const named = [...selection.exceptions, ...runPins, ...(baseline === null ? [] : [baseline])];
  const ofColumns = [...(columns ?? []), ...(sort === null ? [] : [sort.column])]
    .map(tagOfColumn)
    .filter((name) => name !== null)
    .filter((name) => !tags.has(name));
  const ofView = shownView.value?.view.missingTags?.() ?? [];
  return {
    runs: [...new Set(named)].filter((name) => !runs.has(name)),
    tags: [...new Set([...ofView, ...ofColumns])],
  };
});
