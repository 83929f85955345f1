/** What a pointer does in a plot of runs: it emphasises the run that it is on, and a click opens that run's details. */

import { emphasis } from "../../state/emphasis";
import type { PlottedRun } from "./plotted";
import { tooltip } from "./run_tooltip";
import { changeRunsView, runsViewFields } from "./runs_view_link";

export interface PointingHandlers {
  onPointerMove(event: PointerEvent): void;
  onPointerLeave(): void;
  onClick(event: MouseEvent): void;
}

/** `at` finds the run at a place of the element, in CSS pixels; `axes` are those that the tooltip names. */
export function pointing(
  at: (x: number, y: number) => PlottedRun | null,
  axes: readonly number[] = [],
): PointingHandlers {
  let pointed: string | null = null;
  const found = (event: MouseEvent): PlottedRun | null => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return at(event.clientX - box.left, event.clientY - box.top);
  };
  const point = (run: PlottedRun | null, event?: MouseEvent): void => {
    // What something else has emphasised since stays so.
    if (run !== null || emphasis.peek() === pointed) emphasis.value = run?.name ?? null;
    pointed = run?.name ?? null;
    tooltip.value =
      run === null || event === undefined
        ? null
        : { run, axes, clientX: event.clientX, clientY: event.clientY };
  };
  return {
    onPointerMove: (event) => {
      const isElsewhere = event.buttons !== 0 || (event.target as Element).closest(".brush-strip") !== null;
      point(isElsewhere ? null : found(event), event);
    },
    onPointerLeave: () => point(null),
    onClick: (event) => {
      if ((event.target as Element).closest(".brush-strip") !== null) return;
      const run = found(event);
      if (run !== null) showDetails(run.name);
    },
  };
}

/** Open the details of a run, or close them where they are open. */
export function showDetails(name: string): void {
  changeRunsView({ detailsOf: runsViewFields.detailsOf === name ? null : name });
}
