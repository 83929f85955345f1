/** The curves that are shown: at the shared place, those that they are compared with, and the areas over steps. */

import { computed } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import { type CurveAreas, fetchCurveAreas, fetchPrCurves } from "../../api/pr_curves";
import type { Place } from "../../api/values";
import { connection } from "../../state/server";
import { joined, RowsLoader } from "../steps/rows_loader";
import { stepPlace } from "../steps/step_place";
import { StepValues } from "../steps/step_values";
import { indexAt } from "../steps/steps_order";
import { ViewTags } from "../steps/view_tags";
import { prFields } from "./pr_link";

export const KIND = "pr_curves";

/** TensorBoard's own writer adds the suffix. */
export const prTags = new ViewTags(KIND, "/pr_curves");

/** The curve of each run at the shared place, and the steps of all of them. */
export const curves = new StepValues({ kind: KIND, place: stepPlace, connection, fetch: fetchPrCurves });

const referencePlace = computed<Place | null>(() => {
  const { against } = prFields;
  return against === null ? null : { axis: "step", x: against };
});

/** Curves at the step that is compared with: asked for again only where another curve has come to be at it. */
export const references = new StepValues({
  ...{ kind: KIND, place: referencePlace, connection, fetch: fetchPrCurves },
  isNeeded: (tag: Tag, run: Run) => {
    const { against } = prFields;
    const shown = curves.series(tag.name, run.name);
    if (against === null || shown === null) return false;
    return (references.series(tag.name, run.name)?.at ?? null) !== indexAt(shown.step, against);
  },
});

/** The known rows and those behind the last of them, with which the newer ones begin. */
function append(known: CurveAreas, more: CurveAreas): CurveAreas {
  const all = (of: (areas: CurveAreas) => CurveAreas["row"]): Float64Array =>
    joined(of(known), of(more).subarray(1));
  return {
    ...more,
    damaged: [...known.damaged, ...more.damaged],
    damagedCount: known.damagedCount + more.damagedCount,
    ...{
      row: all(({ row }) => row),
      step: all(({ step }) => step),
      wallTime: all(({ wallTime }) => wallTime),
    },
    averagePrecision: all(({ averagePrecision }) => averagePrecision),
    rocAuc: all(({ rocAuc }) => rocAuc),
  };
}

/** The areas over the steps. */
export const areas = new RowsLoader<CurveAreas, null>({
  ...{ kind: KIND, connection, append },
  fetch: ({ detail: _, ...asked }) => fetchCurveAreas({ ...asked, curves: false }),
});
