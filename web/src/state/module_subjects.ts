/**
 * The subjects that recorded models have by the paths of their modules. They are asked for when something is to be said of
 * them: most pages never need them.
 */

import { computed, effect, signal, untracked } from "@preact/signals";
import { readOutlinePaths } from "./outline_paths";
import { kindViews } from "./page";
import { catalogue } from "./server";
import { subjects } from "./subject";
import { shared } from "./subjects";

/** The paths of what the recorded models and graphs consist of, as far as they were asked for. */
export const groupPaths = signal<readonly string[]>([]);

export const moduleSubjects = computed<readonly string[]>(() => {
  const all = subjects.value;
  return [...new Set(groupPaths.value.map((path) => all.normal(path)))];
});

/** Of a subject the deepest part that is one of those of modules; empty where there is none. */
export function nearestModule(subject: string, ofModules: readonly string[]): string {
  let nearest = "";
  for (const own of ofModules) if (own.length > nearest.length && shared(own, subject) === own) nearest = own;
  return nearest;
}

const isWanted = signal(false);

/** The revision at which models were recorded last; 0 where there are none. */
const revision = computed(() => {
  const kinds = kindViews.value.flatMap(({ kindsOfModules = [] }) => kindsOfModules);
  const runs = catalogue.value?.runs ?? [];
  return runs.reduce((last, run) => Math.max(last, ...kinds.map((kind) => run.kinds?.[kind] ?? 0)), 0);
});

/** Ask for the paths of modules, now and whenever other models are recorded. */
export function wantModules(): void {
  if (isWanted.peek()) return;
  isWanted.value = true;
  let known = 0;
  effect(() => {
    if (revision.value === known) return;
    known = revision.value;
    untracked(() => {
      readOutlinePaths(() => true).then(
        (paths) => {
          groupPaths.value = paths;
        },
        // A server that is gone is said elsewhere; what was known stays.
        () => {
          known = 0;
        },
      );
    });
  });
}
