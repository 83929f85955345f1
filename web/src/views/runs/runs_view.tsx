/** The list of runs at full width, below what the metric goes with and plots of the runs. */

import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { brushedRuns } from "../../runs/brushed_runs";
import { RunList } from "../../runs/run_list";
import { fullColumns } from "../../runs/shown_columns";
import { BrushChips } from "./brush_chips";
import { parameters, usualColumns } from "./compared";
import { ImportanceList } from "./importance_list";
import { ParallelPlot } from "./parallel_plot";
import { remaining } from "./plotted";
import { Tooltip, tooltip } from "./run_tooltip";
import { runsViewFields } from "./runs_view_link";
import { SameInAll } from "./same_in_all";
import { ScatterGrid } from "./scatter_grid";

export function RunsView() {
  useSignalEffect(() => {
    fullColumns.value = usualColumns.value;
  });
  useSignalEffect(() => {
    brushedRuns.value = remaining.value;
  });
  useLayoutEffect(
    () => () => {
      fullColumns.value = null;
      brushedRuns.value = null;
      tooltip.value = null;
    },
    [],
  );
  return (
    <div class="runs-view">
      <Comparison />
      <SameInAll />
      <BrushChips />
      <section class="run-table" aria-label="Table of runs" data-testid="run-table">
        <RunList />
      </section>
      <Tooltip />
    </div>
  );
}

function Comparison() {
  if (parameters.value.varied.length === 0) return null;
  return (
    <div class="comparison">
      <ImportanceList />
      {runsViewFields.plot === "axes" && <ParallelPlot />}
      {runsViewFields.plot === "scatters" && <ScatterGrid />}
    </div>
  );
}
