/** The details stand over a drawing in windows that have no room beside it: the part that they leave is in sight. */

import { signal } from "@preact/signals";
import type { Room } from "../../charts/graph/camera";

/** The details while they are there; another object whenever their size has changed. */
const standing = signal<{ element: HTMLElement } | null>(null);
let observer: ResizeObserver | undefined;

/** To be told the details' element, and null when it goes. */
export function noteDetails(element: HTMLElement | null): void {
  observer?.disconnect();
  standing.value = null;
  if (element === null) return;
  observer = new ResizeObserver(() => {
    standing.value = { element };
  });
  observer.observe(element);
}

/** How much of a rectangle another one leaves that stands at its right, or at its bottom as wide as it is. */
export function roomBeside(frame: DOMRect, over: DOMRect | null): Room {
  const { width, height } = frame;
  const isApart =
    over === null ||
    over.left >= frame.right ||
    over.right <= frame.left ||
    over.top >= frame.bottom ||
    over.bottom <= frame.top;
  if (isApart) return { width, height };
  return over.left > frame.left
    ? { width: over.left - frame.left, height }
    : { width, height: Math.max(0, over.top - frame.top) };
}

/** The room from the upper left corner of a drawing's frame that is in sight now; its reader is told of changes. */
export function roomInSight(frame: HTMLElement): Room {
  const over = standing.value?.element ?? null;
  return roomBeside(frame.getBoundingClientRect(), over?.getBoundingClientRect() ?? null);
}
