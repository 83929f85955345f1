/** The kinds of data that have lanes on the timeline: those of the views but the curves, which are nearly everywhere. */

import { computed } from "@preact/signals";
import { catalogue } from "../state/server";
import { VIEWS } from "../views/registry";
import type { KindView } from "../views/view";

export const KINDS_ON_STEPS: readonly KindView[] = VIEWS.flatMap(({ name, title, kinds }) =>
  kinds.filter((kind) => kind !== "scalars").map((kind) => ({ kind, title, view: name })),
);

/** Whether some run has data of these kinds, so that there is a timeline. */
export const hasTimeline = computed(() =>
  (catalogue.value?.runs ?? []).some((run) => KINDS_ON_STEPS.some(({ kind }) => kind in run.kinds)),
);
