/** Whether an element is in or near the window, and how large it is. A card needs both before it asks for data. */

import { batch, type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** How far outside the window counts as near. */
const MARGIN = "250px";

// One observer has all elements: it tells of all that changed in a frame at once, so that what they ask for goes together.
// It tells after the frame. What has just come is measured here, before the frame: what is in the window is asked for
// while the frame is drawn, and the frame itself has what can be drawn without data.

const fresh = new Set<Element>();

function measureSoon(element: Element): void {
  if (fresh.size === 0) queueMicrotask(takeFresh);
  fresh.add(element);
}

function takeFresh(): void {
  batch(() => {
    for (const element of fresh) {
      const box = element.getBoundingClientRect();
      const around = element.parentElement?.getBoundingClientRect() ?? box;
      if (isInWindow(box) && doOverlap(box, around)) tell(element, true);
      takeSize(element);
    }
  });
  fresh.clear();
}

const sights = new WeakMap<Element, Signal<boolean>>();
let sightObserver: IntersectionObserver | null = null;

/** How long an element near the window waits, in milliseconds: what is in the window is asked for and drawn first. */
const WAIT_OF_NEAR = 100;
const waiting = new Set<Element>();

function takeSights(entries: readonly IntersectionObserverEntry[]): void {
  batch(() => {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      waiting.delete(target);
      if (isIntersecting && !isInWindow(boundingClientRect)) waiting.add(target);
      else tell(target, isIntersecting);
    }
  });
  if (waiting.size > 0) setTimeout(takeWaiting, WAIT_OF_NEAR);
}

function takeWaiting(): void {
  batch(() => {
    for (const target of waiting) tell(target, true);
  });
  waiting.clear();
}

function tell(target: Element, isInSight: boolean): void {
  const sight = sights.get(target);
  if (sight !== undefined) sight.value = isInSight;
}

/** What lies beyond its parent's edge is out of sight where the parent scrolls. */
function doOverlap(one: DOMRectReadOnly, other: DOMRectReadOnly): boolean {
  return one.bottom > other.top && one.top < other.bottom && one.right > other.left && one.left < other.right;
}

function isInWindow({ top, bottom, left, right }: DOMRectReadOnly): boolean {
  return bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
}

/** `isExpected`: whether the element is going to be in the window, as far as is known before it is there. */
export function useSight(element: RefObject<HTMLElement>, isExpected = false): ReadonlySignal<boolean> {
  const isInSight = useSignal(isExpected);
  useLayoutEffect(() => {
    // Cards lie in elements that scroll: a margin of the window alone would be cut off at their edges.
    sightObserver ??= new IntersectionObserver(takeSights, {
      scrollMargin: MARGIN,
    } as IntersectionObserverInit);
    const watched = element.current as HTMLElement;
    sights.set(watched, isInSight);
    sightObserver.observe(watched);
    measureSoon(watched);
    return () => {
      fresh.delete(watched);
      waiting.delete(watched);
      sightObserver?.unobserve(watched);
    };
  }, []);
  return isInSight;
}

export interface Size {
  /** In CSS pixels; 0 before the element has been laid out. */
  width: number;
  height: number;
}

const sizes = new WeakMap<Element, Signal<Size>>();
let sizeObserver: ResizeObserver | null = null;

function takeSizes(entries: readonly ResizeObserverEntry[]): void {
  batch(() => {
    for (const { target } of entries) takeSize(target);
  });
}

function takeSize(element: Element): void {
  const size = sizes.get(element);
  if (size === undefined) return;
  const { width, height } = size.peek();
  if (element.clientWidth !== width || element.clientHeight !== height)
    size.value = { width: element.clientWidth, height: element.clientHeight };
}

export function useSize(element: RefObject<HTMLElement>): ReadonlySignal<Size> {
  const size = useSignal<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    sizeObserver ??= new ResizeObserver(takeSizes);
    const watched = element.current as HTMLElement;
    sizes.set(watched, size);
    sizeObserver.observe(watched);
    measureSoon(watched);
    return () => {
      fresh.delete(watched);
      sizeObserver?.unobserve(watched);
    };
  }, []);
  return size;
}
