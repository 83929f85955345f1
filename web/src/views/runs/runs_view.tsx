/** The list of runs at full width, below what the metric goes with. */

import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { RunList } from "../../runs/run_list";
import { fullColumns } from "../../runs/shown_columns";
import { usualColumns } from "./compared";
import { ImportanceList } from "./importance_list";
import { SameInAll } from "./same_in_all";

export function RunsView() {
  useSignalEffect(() => {
    fullColumns.value = usualColumns.value;
  });
  useLayoutEffect(
    () => () => {
      fullColumns.value = null;
    },
    [],
  );
  return (
    <div class="runs-view">
      <ImportanceList />
      <SameInAll />
      <section class="run-table" aria-label="Table of runs" data-testid="run-table">
        <RunList />
      </section>
    </div>
  );
}
