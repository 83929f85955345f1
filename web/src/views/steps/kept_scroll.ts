/** How far a view was scrolled: it is there again when the view comes back, by its tab or through the history. */

import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

const kept = new Map<string, number>();

/** Keep the place of a scrolled element under a name, for as long as the page is open. */
export function useKeptScroll(name: string, element: RefObject<HTMLElement>): void {
  useLayoutEffect(() => {
    const scrolled = element.current as HTMLElement;
    const place = kept.get(name) ?? 0;
    // The sections take their room in the render after this one, once they have been measured.
    if (place > 0)
      queueMicrotask(() => {
        scrolled.scrollTop = place;
      });
    const keep = (): void => {
      kept.set(name, scrolled.scrollTop);
    };
    scrolled.addEventListener("scroll", keep, { passive: true });
    return () => scrolled.removeEventListener("scroll", keep);
  }, [name]);
}
