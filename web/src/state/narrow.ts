/** The list of runs: beside the view, or in a narrow window a drawer over it, which is closed at first. */

import { computed, signal } from "@preact/signals";
import { listShown } from "./preferences";

/** As the style sheets have it. */
const narrow = window.matchMedia("(max-width: 999px)");

export const isNarrow = signal(narrow.matches);
const isDrawerOpen = signal(false);

narrow.addEventListener("change", () => {
  isNarrow.value = narrow.matches;
  isDrawerOpen.value = false;
});

export const isListShown = computed(() => (isNarrow.value ? isDrawerOpen.value : listShown.value === "yes"));

export function switchList(): void {
  if (isNarrow.value) isDrawerOpen.value = !isDrawerOpen.value;
  else listShown.value = listShown.value === "yes" ? "no" : "yes";
}

/** Closes the drawer; whether it was open. */
export function closeDrawer(): boolean {
  const wasOpen = isNarrow.value && isDrawerOpen.value;
  isDrawerOpen.value = false;
  return wasOpen;
}
