/** The shared place, as the views over steps ask for values at it, and in the words of one value. */

import { computed } from "@preact/signals";
import type { Place } from "../../api/values";
import { placeFields } from "../../state/place";

/** A place on the values of a tag is none of a view's data: then the newest values are shown. */
export const stepPlace = computed<Place | null>(() => {
  const { place } = placeFields;
  return place === null || place.axis === "tag" ? null : { axis: place.axis, x: place.x };
});

/** How a value's step is said: "from" where the value is the last one before the place. */
export function stepWord(step: number): "from" | "step" {
  const { place } = placeFields;
  return place?.axis === "step" && place.x !== step ? "from" : "step";
}
