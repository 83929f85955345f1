/** Whether an element is in or near the window, and how large it is. A card needs both before it asks for data. */

import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";

/** How far outside the window counts as near. */
const MARGIN = "250px";

export function useSight(element: RefObject<HTMLElement>): ReadonlySignal<boolean> {
  const isInSight = useSignal(false);
  // Observed before the frame is drawn, it is told of in that frame, and not in the one after the next.
  useLayoutEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => {
        isInSight.value = entry.isIntersecting;
      },
      // Cards lie in an element that scrolls: what reaches beyond that is cut off before the window's margin counts.
      { rootMargin: MARGIN, scrollMargin: MARGIN } as IntersectionObserverInit,
    );
    observer.observe(element.current as HTMLElement);
    return () => observer.disconnect();
  }, []);
  return isInSight;
}

export interface Size {
  /** In CSS pixels; 0 before the element has been laid out. */
  width: number;
  height: number;
}

export function useSize(element: RefObject<HTMLElement>): ReadonlySignal<Size> {
  const size = useSignal<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const observed = element.current as HTMLElement;
    const observer = new ResizeObserver(() => {
      size.value = { width: observed.clientWidth, height: observed.clientHeight };
    });
    observer.observe(observed);
    return () => observer.disconnect();
  }, []);
  return size;
}
