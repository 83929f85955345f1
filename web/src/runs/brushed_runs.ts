/** What a view leaves of the list of runs by brushes over its axes: the list has these rows alone, and says so. */

import { signal } from "@preact/signals";

/** Names of runs; null where nothing is brushed. */
export const brushedRuns = signal<ReadonlySet<string> | null>(null);
