/** The server's answers: the catalogue, and how the connection stands. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Catalogue, Run, Tag } from "../api/catalogue";

export type LiveState = "connecting" | "live" | "paused" | "reconnecting" | "unauthorised";

/** Null until the first answer. */
export const catalogue = signal<Catalogue | null>(null);
export const liveState = signal<LiveState>("connecting");
/** When the server was first found gone, in milliseconds since the epoch; null while it answers. */
export const goneSince = signal<number | null>(null);
/** Counts connections: answers over an earlier one may be stale. */
export const connection = signal(0);

/** Runs whose files have the names of event files and hold something else: they are among the files, and no runs. */
export const foreignRuns = computed<readonly Run[]>(() => {
  const { runs = [], unreadable = [] } = catalogue.value ?? {};
  const foreign = new Set(unreadable.filter((file) => file.is_foreign).map((file) => file.run));
  return foreign.size === 0
    ? NO_RUNS
    : runs.filter(
        (run) =>
          foreign.has(run.id) && run.points === 0 && Object.keys(run.kinds).length === 0 && !run.unread,
      );
});
const NO_RUNS: readonly Run[] = [];

/** The runs of the log without those. */
export const knownRuns = computed<readonly Run[]>(() => {
  const runs = catalogue.value?.runs ?? NO_RUNS;
  const foreign = new Set(foreignRuns.value);
  return foreign.size === 0 ? runs : runs.filter((run) => !foreign.has(run));
});

/** The catalogue's tags: the same list while only points have been added. */
export const allTags = computed<readonly Tag[]>(() => catalogue.value?.tags ?? []);

/** The tags of one kind of data. */
export function tagsOfKind(kind: string): ReadonlySignal<readonly Tag[]> {
  return computed(() => allTags.value.filter((tag) => tag.kind === kind));
}

export const scalarTags = tagsOfKind("scalars");

/** Names that are the same list while they are the same, so that matches against them are kept. */
export function steadyNames(compute: () => readonly string[]): ReadonlySignal<readonly string[]> {
  let last: readonly string[] = [];
  return computed(() => {
    const names = compute();
    const isSame = names.length === last.length && names.every((name, i) => name === last[i]);
    if (!isSame) last = names;
    return last;
  });
}
