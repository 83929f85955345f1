/** The runs that stand side by side in a card: some at first, and more by a click. */

import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import { plural } from "../../kit/format";
import { fetchedRuns, shownRuns } from "../../runs/listed_runs";
import { runsFields } from "../../runs/runs_link";
import type { Wanted } from "./step_values";

/** Columns that are there at first, and that a click adds. */
export const COLUMNS = 30;

export interface RunColumns {
  /** The shown runs that have the tag. */
  having: ReadonlySignal<readonly Run[]>;
  /** Those that have a column. */
  shown: ReadonlySignal<readonly Run[]>;
  /** What is to be asked for: of these, and of the run that they are compared with. */
  wanted: ReadonlySignal<Wanted>;
  showMore(): void;
}

/** The shown runs that have a tag, which may come to be another object of the same tag. */
export function useRunsOfTag(tag: Tag): ReadonlySignal<readonly Run[]> {
  const current = useSignal(tag);
  current.value = tag;
  return useComputed(() => {
    const runs = new Set(current.value.runs);
    return shownRuns.value.filter((run) => runs.has(run.id));
  });
}

export function useRunColumns(tag: Tag): RunColumns {
  const current = useSignal(tag);
  current.value = tag;
  const columns = useSignal(COLUMNS);
  const having = useRunsOfTag(tag);
  const shown = useComputed(() => having.value.slice(0, columns.value));
  const wanted = useComputed(() => {
    const runs = new Set(current.value.runs);
    const baseline = fetchedRuns.value.filter(
      (run) => run.name === runsFields.baseline && runs.has(run.id) && !shown.value.includes(run),
    );
    return { tag: current.value, runs: [...shown.value, ...baseline] };
  });
  return {
    ...{ having, shown, wanted },
    showMore: () => {
      columns.value += COLUMNS;
    },
  };
}

/** In the head of a card: how many of the shown runs have its tag, where not all of them do. */
export function RunCount({ having }: { having: number }) {
  const all = shownRuns.value.length;
  if (having >= all) return null;
  return (
    <span class="quiet run-count">
      {having} of {plural(all, "run")}
    </span>
  );
}

/** Behind the columns: how many runs have none. */
export function MoreRuns({ columns: { having, shown, showMore } }: { columns: RunColumns }) {
  const rest = having.value.length - shown.value.length;
  if (rest === 0) return null;
  return (
    <button type="button" class="link" onClick={showMore}>
      {plural(rest, "more run")}
    </button>
  );
}
