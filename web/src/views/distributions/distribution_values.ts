/** The histograms that are shown: over steps, and at the shared place. */

import { computed } from "@preact/signals";
import type { Place } from "../../api/values";
import type { Axis } from "../../series/axis";
import { placeFields } from "../../state/place";
import { connection, steadyNames, tagsOfKind } from "../../state/server";
import { tagSieveOf } from "../../state/subject";
import { StepValues } from "../steps/step_values";
import { RowsLoader } from "./rows_loader";

export const KIND = "histograms";

export const histogramTags = tagsOfKind(KIND);
/** What TensorFlow's writers add to the tag of a histogram. */
const SUFFIX = "/histogram_summary";

const names = steadyNames(() => histogramTags.value.map((tag) => tag.name));
export const histogramSieve = tagSieveOf(names);
export const listedHistogramTags = computed(() =>
  histogramTags.value.filter((tag) => histogramSieve.value.passes(tag.name)),
);

/** A tag as people named it, where no other tag has that name. */
export function nameOf(tag: string): string {
  if (!tag.endsWith(SUFFIX)) return tag;
  const name = tag.slice(0, -SUFFIX.length);
  return name === "" || names.value.includes(name) ? tag : name;
}

/** A place on the values of a tag is none of theirs: then the newest histograms are shown. */
const place = computed<Place | null>(() => {
  const shared = placeFields.place;
  return shared === null || shared.axis === "tag" ? null : { axis: shared.axis, x: shared.x };
});

/** The histogram of each run at the shared place, and the steps of all of them. */
export const placed = new StepValues({ kind: KIND, place, connection });

/** Those over the steps. */
export const overSteps = new RowsLoader({ kind: KIND, connection });

export type DrawnAxis = Extract<Axis, "step" | "relative" | "wall">;

/** The axis that steps are drawn on: a row of a histogram has a step and a wall time. */
export const drawnAxis = computed<DrawnAxis>(() => {
  const { axis } = placeFields;
  return axis === "relative" || axis === "wall" ? axis : "step";
});
