/** Whether the keys are shown. */

import { signal } from "@preact/signals";

export const isHelpShown = signal(false);
