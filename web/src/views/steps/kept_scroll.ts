/** How far a view was scrolled: it is there again when the view comes back, by its tab or through the history. */

import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

const kept = new Map<string, number>();

/** Keep the place of a scrolled element under a name, for as long as the page is open. */
export function useKeptScroll(name: string, element: RefObject<HTMLElement>): void {
  useLayoutEffect(() => {
    const scrolled = element.current as HTMLElement;
    // The browser lays the page out for it, which takes long where there are thousands of places.
    const place = kept.get(name) ?? 0;
    if (place > 0) scrolled.scrollTop = place;
    const keep = (): void => {
      kept.set(name, scrolled.scrollTop);
    };
    scrolled.addEventListener("scroll", keep, { passive: true });
    return () => scrolled.removeEventListener("scroll", keep);
  }, [name]);
}
