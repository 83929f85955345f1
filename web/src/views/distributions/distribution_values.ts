/** The histograms that are shown: over steps, and at the shared place. */

import { computed } from "@preact/signals";
import type { Axis } from "../../series/axis";
import { placeFields } from "../../state/place";
import { connection } from "../../state/server";
import { stepPlace } from "../steps/step_place";
import { StepValues } from "../steps/step_values";
import { ViewTags } from "../steps/view_tags";
import { RowsLoader } from "./rows_loader";

export const KIND = "histograms";

/** TensorFlow's writers add the suffix. */
export const histogramTags = new ViewTags(KIND, "/histogram_summary");

/** The histogram of each run at the shared place, and the steps of all of them. */
export const placed = new StepValues({ kind: KIND, place: stepPlace, connection });

/** Those over the steps. */
export const overSteps = new RowsLoader({ kind: KIND, connection });

export type DrawnAxis = Extract<Axis, "step" | "relative" | "wall">;

/** The axis that steps are drawn on: a row of a histogram has a step and a wall time. */
export const drawnAxis = computed<DrawnAxis>(() => {
  const { axis } = placeFields;
  return axis === "relative" || axis === "wall" ? axis : "step";
});
