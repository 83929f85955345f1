/** The axis that the steps of a view over steps are drawn on: a record has a step and a wall time. */

import { computed } from "@preact/signals";
import type { Run } from "../../api/catalogue";
import type { DrawnAxis } from "../../series/axis";
import { placeFields } from "../../state/place";

export const drawnAxis = computed<DrawnAxis>(() => {
  const { axis } = placeFields;
  return axis === "relative" || axis === "wall" ? axis : "step";
});

/** Where a record of a run is on it. */
export function placeOn(axis: DrawnAxis, run: Run, step: number, wallTime: number): number {
  if (axis === "step") return step;
  return axis === "wall" ? wallTime : wallTime - (run.first_wall_time ?? wallTime);
}
