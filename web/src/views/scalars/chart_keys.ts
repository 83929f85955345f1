/** Keys in a chart that has the focus: arrows go from place to place and from curve to curve; the rest is as with a pointer. */

import type { DrawnSeries } from "../../charts/chart_content";
import { wheelRange } from "../../charts/gestures";
import { type Hit, hitTest } from "../../charts/hit";
import { type Projection, pixelsOf, toPixel } from "../../charts/projection";
import type { Range } from "../../series/axis";
import { lowerBound } from "../../series/line";

export interface KeyedChart {
  series: readonly DrawnSeries[];
  /** In CSS pixels from the plot's left and top. */
  axes: { x: Projection; y: Projection };
  /** Where the cursor is; null when it is not in this chart. */
  x: number | null;
  /** The run or group that is emphasised. */
  emphasis: string | null;
  onPoint(x: number, left: number, top: number): void;
  onPick(): void;
  onZoom(x: Range): void;
  onExpand(): void;
}

/** With Shift an arrow goes so many places on. */
const LEAP = 10;
/** A curve whose nearest point is further away than these pixels has no value at the cursor. */
const REACH = 24;

/**
 * The place of the next point or bucket at or beyond x, to the right or, for a negative direction, to the left; null
 * where there is none.
 */
function placeFrom(series: readonly DrawnSeries[], x: number, direction: number): number | null {
  let found: number | null = null;
  for (const { x: places } of series.flatMap(({ lines }) => lines)) {
    let entry = lowerBound(places, x);
    if (direction < 0 && (entry === places.length || places[entry] > x)) entry--;
    if (entry < 0 || entry >= places.length) continue;
    const place = places[entry];
    if (found === null || (direction > 0 ? place < found : place > found)) found = place;
  }
  return found;
}

/** The next double in a direction. */
function nudged(x: number, direction: number): number {
  const step = Math.max(Math.abs(x) * Number.EPSILON, Number.MIN_VALUE);
  return x + direction * step;
}

/** So many places on from x, as far as there are any within the range. */
export function placeAfter(
  series: readonly DrawnSeries[],
  [low, high]: Range,
  x: number | null,
  direction: number,
  count: number,
): number | null {
  // The first arrow comes in from the side.
  if (x === null) return placeFrom(series, direction > 0 ? low : high, direction);
  let place = x;
  for (let i = 0; i < count; i++) {
    const next = placeFrom(series, nudged(place, direction), direction);
    if (next === null || next < low || next > high) break;
    place = next;
  }
  return place;
}

function heightOf({ line, entry }: Hit, toY: (value: number) => number): number {
  return entry < 0 ? 0 : toY((line.smooth ?? line.y)[entry]);
}

/** Put the cursor at x, on the curve that is emphasised or, for another `rank`, so many above (−) or below (+) it. */
function pointAt(chart: KeyedChart, x: number, rank = 0): void {
  const { series, axes, emphasis, onPoint } = chart;
  const toY = pixelsOf(axes.y);
  const hits = hitTest(series, axes.x, axes.y, x, Number.NaN, REACH)
    .map((hit) => ({ name: hit.name, top: heightOf(hit, toY) }))
    .sort((one, other) => one.top - other.top);
  const at = hits.findIndex(({ name }) => name === emphasis);
  const chosen = hits[Math.min(Math.max(0, at < 0 ? 0 : at + rank), hits.length - 1)];
  const top = chosen === undefined || !Number.isFinite(chosen.top) ? axes.y.start : chosen.top;
  onPoint(x, toPixel(axes.x, x), top);
}

/** Does a key's action. False for a key that is not one of a chart's. */
export function onChartKey(event: Pick<KeyboardEvent, "key" | "shiftKey">, chart: KeyedChart): boolean {
  const { series, axes, x, onPick, onZoom, onExpand } = chart;
  const range: Range = [axes.x.low, axes.x.high];
  const count = event.shiftKey ? LEAP : 1;
  const go = (from: number | null, direction: number): void => {
    const place = placeAfter(series, range, from, direction, count);
    if (place !== null) pointAt(chart, place);
  };
  const zoom = (notches: number): void => {
    const pixel = x === null ? (axes.x.start + axes.x.end) / 2 : toPixel(axes.x, x);
    onZoom(wheelRange(axes.x, pixel, notches));
  };
  const actions: Record<string, () => void> = {
    ArrowRight: () => go(x, 1),
    ArrowLeft: () => go(x, -1),
    Home: () => go(null, 1),
    End: () => go(null, -1),
    "+": () => zoom(-1),
    "=": () => zoom(-1),
    "-": () => zoom(1),
    f: onExpand,
  };
  // Without a cursor these scroll the page, as everywhere.
  if (x !== null) {
    actions.ArrowUp = () => pointAt(chart, x, -1);
    actions.ArrowDown = () => pointAt(chart, x, 1);
    actions.Enter = onPick;
  }
  if (!Object.hasOwn(actions, event.key)) return false;
  actions[event.key]();
  return true;
}
