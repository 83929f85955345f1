/** The kinds of data that views show, and those that have lanes on the timeline: all but the curves, which are nearly everywhere. */

import { computed } from "@preact/signals";
import type { KindView } from "../state/page";
import { catalogue } from "../state/server";
import { VIEWS } from "../views/registry";

export const SHOWN_KINDS: readonly KindView[] = VIEWS.flatMap(({ name, title, kinds }) =>
  kinds.map((kind) => ({ kind, title, view: name })),
);
export const KINDS_ON_STEPS = SHOWN_KINDS.filter(({ kind }) => kind !== "scalars");

/** Whether some run has data of these kinds, so that there is a timeline. */
export const hasTimeline = computed(() =>
  (catalogue.value?.runs ?? []).some((run) => KINDS_ON_STEPS.some(({ kind }) => kind in run.kinds)),
);
