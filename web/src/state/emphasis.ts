/** The run or group that is pointed at anywhere: every view makes it stand out. */

import { signal } from "@preact/signals";

/** Its name; null while nothing is pointed at. */
export const emphasis = signal<string | null>(null);
