/** A place in the grid for a card: as high as its card, which may be large, or a row of the full width. */

import type { ComponentChild } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./cards.css";

/** What a view says of a card, without making it: of ten thousand only those in sight are made. */
export interface CardPlace {
  /** The only one of its section. */
  key: string;
  /** Whether the card is large, with the full width and a height of its own; one of a view at most. */
  isExpanded?: boolean;
  /** Whether it is a row of the full width, and no higher than its heading and a strip. */
  isRow?: boolean;
  /** Makes the card. */
  card: () => ComponentChild;
}

interface PlacedCardProps {
  place: CardPlace;
  /** Is told the height of a large card, in CSS pixels, whenever it changes. */
  onHeight: (height: number) => void;
}

export function PlacedCard({ place, onHeight }: PlacedCardProps) {
  const { isExpanded = false, isRow = false, card } = place;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isExpanded) return undefined;
    const large = element.current as HTMLDivElement;
    const observer = new ResizeObserver(() => onHeight(large.getBoundingClientRect().height));
    observer.observe(large);
    return () => observer.disconnect();
  }, [isExpanded, onHeight]);
  return (
    <div class={`card-place${isExpanded ? " is-expanded" : ""}${isRow ? " is-row" : ""}`} ref={element}>
      {card()}
    </div>
  );
}
