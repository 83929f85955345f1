/** The run or group that is pointed at anywhere: every view makes it stand out. */

import { signal } from "@preact/signals";

/** Its name; null while nothing is pointed at. */
export const emphasis = signal<string | null>(null);

/** Of an element that stands for a run or group: it is emphasised while the pointer is there. */
export function emphasising(name: string): { onPointerEnter(): void; onPointerLeave(): void } {
  return {
    onPointerEnter: () => {
      emphasis.value = name;
    },
    onPointerLeave: () => {
      if (emphasis.value === name) emphasis.value = null;
    },
  };
}

/** The run that keys have led to, which its list brings into sight: under a pointer that crosses curves nothing scrolls. */
export const soughtRun = signal<{ name: string } | null>(null);
