/**
 * A place in the grid whose card is there only while the place is in or near the window: of twelve thousand tags a few
 * dozen cards exist, and the page scrolls as if all did, since every place keeps its card's height.
 */

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import "./cards.css";

const onNearby = new Map<Element, (isNear: boolean) => void>();
/** One for all places: it tells each whether it is near. */
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) onNearby.get(target)?.(isIntersecting);
  },
  { rootMargin: "600px" },
);

interface LazyCardProps {
  name: string;
  /** The name of the card to scroll to; it is taken when that has been done. */
  sought?: Signal<string | null>;
  /** Whether the card has the full width. */
  isExpanded?: boolean;
  /** Whether it is a row of the full width, and no higher than its heading and a strip. */
  isRow?: boolean;
  /** Makes the card. */
  card: () => ComponentChild;
}

export function LazyCard({ name, sought, isExpanded = false, isRow = false, card }: LazyCardProps) {
  const place = useRef<HTMLDivElement>(null);
  const isNear = useSignal(false);
  // Observed before the frame is drawn, it is told of in that frame, and not in the one after the next.
  useLayoutEffect(() => {
    const element = place.current as HTMLDivElement;
    onNearby.set(element, (near) => {
      isNear.value = near;
    });
    observer.observe(element);
    return () => {
      observer.unobserve(element);
      onNearby.delete(element);
    };
  }, []);
  useSignalEffect(() => {
    if (sought === undefined || sought.value !== name) return;
    place.current?.scrollIntoView({ block: "center" });
    sought.value = null;
  });
  const isReached = useRef(false);
  useEffect(() => {
    if (isExpanded && !isReached.current) place.current?.scrollIntoView({ block: "start" });
    // A card that is not there yet has not its height, and is scrolled to once more when it is.
    isReached.current = isExpanded && (isReached.current || isNear.value);
  }, [isExpanded, isNear.value]);
  return (
    <div class={`card-place${isExpanded ? " is-expanded" : ""}${isRow ? " is-row" : ""}`} ref={place}>
      {isNear.value && card()}
    </div>
  );
}
