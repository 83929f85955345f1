/** The texts that are shown, and those that they are compared with. */

import { computed } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import type { Place } from "../../api/values";
import { runsFields } from "../../runs/runs_link";
import { connection } from "../../state/server";
import { stepPlace } from "../steps/step_place";
import { type ShownSeries, StepValues } from "../steps/step_values";
import { indexAt } from "../steps/steps_order";
import { ViewTags } from "../steps/view_tags";
import { textFields } from "./text_link";

export const KIND = "text";

/** PyTorch's writer adds the suffix. */
export const textTags = new ViewTags(KIND, "/text_summary");

export const texts = new StepValues({ kind: KIND, place: stepPlace, connection });

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
