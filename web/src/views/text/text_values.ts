/** The texts that are shown, and those that they are compared with. */

import { computed } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import type { Place } from "../../api/values";
import { runsFields } from "../../runs/runs_link";
import { placeFields } from "../../state/place";
import { connection, steadyNames, tagsOfKind } from "../../state/server";
import { tagSieveOf } from "../../state/subject";
import { type ShownSeries, StepValues } from "../steps/step_values";
import { indexAt } from "../steps/steps_order";
import { textFields } from "./text_link";

export const KIND = "text";

export const textTags = tagsOfKind(KIND);
/** What PyTorch's writer adds to the tag of a text. */
const SUFFIX = "/text_summary";

const names = steadyNames(() => textTags.value.map((tag) => tag.name));
export const textSieve = tagSieveOf(names);
export const listedTextTags = computed(() =>
  textTags.value.filter((tag) => textSieve.value.passes(tag.name)),
);

/** A tag as people named it, where no other tag has that name. */
export function nameOf(tag: string): string {
  if (!tag.endsWith(SUFFIX)) return tag;
  const name = tag.slice(0, -SUFFIX.length);
  return name === "" || names.value.includes(name) ? tag : name;
}

/** A place on the values of a tag is none of theirs: then the newest texts are shown. */
const place = computed<Place | null>(() => {
  const shared = placeFields.place;
  return shared === null || shared.axis === "tag" ? null : { axis: shared.axis, x: shared.x };
});

export const texts = new StepValues({ kind: KIND, place, connection });

const referencePlace = computed<Place | null>(() => {
  const { against } = textFields;
  return against === null ? null : { axis: "step", x: against };
});

/** Texts at the step that is compared with: asked for again only where another text has come to be at it. */
export const references = new StepValues({
  ...{ kind: KIND, place: referencePlace, connection },
  isNeeded: (tag: Tag, run: Run) => {
    const { against } = textFields;
    const shown = texts.series(tag.name, run.name);
    if (against === null || shown === null) return false;
    const known = references.series(tag.name, run.name);
    return (known?.at ?? null) !== indexAt(shown.step, against);
  },
});

/** What a run's text is compared with; null where it is shown as it is. */
export function referenceOf(tag: string, run: string): { series: ShownSeries | null; what: string } | null {
  const { baseline } = runsFields;
  const { against } = textFields;
  const of = baseline ?? run;
  if (against === null) return of === run ? null : { series: texts.series(tag, of), what: of };
  const at = `step ${against}`;
  return { series: references.series(tag, of), what: of === run ? at : `${of} at ${at}` };
}
