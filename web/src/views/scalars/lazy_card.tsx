/**
 * A place in the grid whose chart is there only while the place is in or near the window: of twelve thousand tags a
 * few dozen charts exist, and the page scrolls as if all did, since every place has a chart's height.
 */

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { soughtChart, viewed } from "../../state/state";
import { ChartCard } from "./chart_card";
import type { Chart } from "./plans";

const told = new Map<Element, (isNear: boolean) => void>();
/** One for all places: it tells each whether it is near. */
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting);
  },
  { rootMargin: "600px" },
);

export function LazyCard({ chart }: { chart: Chart }) {
  const place = useRef<HTMLDivElement>(null);
  const isNear = useSignal(false);
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    told.set(element, (near) => {
      isNear.value = near;
    });
    observer.observe(element);
    return () => {
      observer.unobserve(element);
      told.delete(element);
    };
  }, []);
  useSignalEffect(() => {
    if (soughtChart.value !== chart.key) return;
    place.current?.scrollIntoView({ block: "center" });
    soughtChart.value = null;
  });
  const isExpanded = viewed.expanded === chart.key;
  useEffect(() => {
    if (isExpanded) place.current?.scrollIntoView({ block: "start" });
  }, [isExpanded]);
  return (
    <div class={isExpanded ? "card-place is-expanded" : "card-place"} ref={place}>
      {isNear.value && <ChartCard chart={chart} />}
    </div>
  );
}
