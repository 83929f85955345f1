/**
 * When the page is drawn first: with the log and the view in it, where both come soon. A page without them would be drawn
 * for nothing, and they would wait for it.
 */

import { computed, effect } from "@preact/signals";
import { catalogue } from "../state/server";
import { loadError, shownView } from "./current_view";

/** Then it is drawn without, in milliseconds. */
const PATIENCE = 100;

const isThere = computed(
  () => catalogue.value !== null && (shownView.value !== null || loadError.value !== null),
);

export function drawWhenThere(draw: () => void): void {
  let isDrawn = false;
  const drawOnce = (): void => {
    if (isDrawn) return;
    isDrawn = true;
    clearTimeout(timer);
    draw();
  };
  const timer = setTimeout(drawOnce, PATIENCE);
  effect(() => {
    // Behind all that follows from the catalogue: requests are under way while it is drawn.
    if (!isDrawn && isThere.value) queueMicrotask(drawOnce);
  });
}
