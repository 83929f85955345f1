/** Where things are: the plot is as wide as that of the curve above it, and lines are as high as there is room. */

import { computed, signal } from "@preact/signals";
import type { Projection } from "../../charts/projection";
import type { Range } from "../../series/axis";
import { changeLayers } from "./layers_link";
import { lines } from "./layers_state";
import { plotWidth, shownRange } from "./map_state";

/** The width of the names without a curve, and the room of its y axis within that. */
export const NAMES = 236;
export const NARROW_NAMES = 132;
export const Y_AXIS = 64;
/** At the right of the plot: the marks of lines with values that are not finite. */
export const GUTTER = 14;
/** More lines than these are as high as they have to be, and have no names of their own. */
const MOST_NAMED = 150;
const LOWEST_NAMED = 12;
const HIGHEST = 22;
const LOWEST = 4;
/** The least height of a line with its name in it. */
export const NAMED_FROM = 10;

/** Of what is scrolled, in CSS pixels. */
export const view = signal({ width: 0, height: 0 });
export const scrollTop = signal(0);
/** The left of the plot. */
export const plotLeft = signal(NAMES);

export const lineHeight = computed(() => {
  const count = Math.max(1, lines.value.length);
  const room = Math.floor(view.value.height / count);
  const lowest = count <= MOST_NAMED ? LOWEST_NAMED : LOWEST;
  const highest = count <= MOST_NAMED ? HIGHEST : LOWEST_NAMED;
  return Math.max(lowest, Math.min(highest, room));
});

/** The first and the last line that are in sight. */
export const sight = computed<Range>(() => {
  const height = lineHeight.value;
  const last = Math.max(0, lines.value.length - 1);
  const first = Math.min(last, Math.floor(scrollTop.value / height));
  return [first, Math.min(last, Math.ceil((scrollTop.value + view.value.height) / height))];
});

/** The x axis of the map. */
export function xProjection(): Projection {
  const [low, high] = shownRange.peek();
  return { low, high, scale: "linear", start: 0, end: plotWidth.peek() };
}

/** Show a stretch of steps. */
export function zoomTo([low, high]: Range): void {
  const range: Range = [Math.round(low), Math.round(high)];
  if (range[0] < range[1]) changeLayers({ range });
}
