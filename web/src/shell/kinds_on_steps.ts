/** The kinds of data that views show, and those that have lanes on the timeline: all but the curves, which are nearly everywhere. */

import { computed } from "@preact/signals";
import type { KindView } from "../state/page";
import { catalogue } from "../state/server";
import { VIEWS } from "../views/registry";

/** A view of modules is there once: its kinds are several ways to record the same. */
export const SHOWN_KINDS: readonly KindView[] = VIEWS.flatMap(({ name, title, kinds, isOfModules }) =>
  isOfModules === true
    ? [{ kind: kinds[0], title, view: name, kindsOfModules: kinds }]
    : kinds.map((kind) => ({ kind, title, view: name })),
);
export const KINDS_ON_STEPS = SHOWN_KINDS.filter(
  ({ kind, kindsOfModules }) => kind !== "scalars" && kindsOfModules === undefined,
);

/** Whether some run has data of these kinds, so that there is a timeline. */
export const hasTimeline = computed(() =>
  (catalogue.value?.runs ?? []).some((run) => KINDS_ON_STEPS.some(({ kind }) => kind in run.kinds)),
);
