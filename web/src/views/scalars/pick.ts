/**
 * The place that a click fixes: that of a point which was recorded, never a bucket's. In a bucket it is the point nearest
 * to the pointer, or, where the pointer is on the edge of a band, the lowest or the highest one.
 */

import type { DrawnSeries } from "../../charts/chart_content";
import { type Hit, markAt } from "../../charts/hit";
import { type Projection, pixelsOf, toValue } from "../../charts/projection";
import { isOfSteps } from "../../series/axis";
import { type Line, lowerBound } from "../../series/line";
import { chartFields } from "./chart_link";
import { bucketOfHit, extremesOfHit, type Pointed } from "./extremes";
import type { TooltipContent } from "./tooltip_state";

/** So many pixels from an extreme the pointer is on it. */
const ON_EXTREME = 6;

/** Whether a line's band reaches from its lowest to its highest value; of a group only where that is what is drawn. */
function hasExtremes(line: Line, bandIsOfValues: boolean): boolean {
  return line.hasForeignBand !== true || (line.runs !== undefined && bandIsOfValues);
}

/**
 * The hits, and first of them a series whose extreme the pointer is on. That may be in the bucket beside the pointer's: a
 * spike is as narrow as two pixels.
 */
export function extremeFirst(
  hits: readonly Hit[],
  all: readonly DrawnSeries[],
  axes: { x: Projection; y: Projection },
  x: number,
  top: number,
  bandIsOfValues: boolean,
): readonly Hit[] {
  const [toX, toY] = [pixelsOf(axes.x), pixelsOf(axes.y)];
  const left = toX(x);
  const from = toValue(axes.x, left - ON_EXTREME);
  const to = toValue(axes.x, left + ON_EXTREME);
  let found: Hit | null = null;
  let nearest = Math.min(hits[0]?.distance ?? Number.POSITIVE_INFINITY, ON_EXTREME);
  for (const { lines, ...series } of all) {
    for (const line of lines) {
      if (!hasExtremes(line, bandIsOfValues)) continue;
      const { low, high, first, last, isBucket } = line;
      // Within its band the pointer is where it is, whatever is beside that.
      const own = lowerBound(last, x);
      const isWithin = own < line.x.length && toY(high[own]) <= top && top <= toY(low[own]);
      if (isWithin) continue;
      for (let entry = lowerBound(last, from); entry < line.x.length && first[entry] <= to; entry++) {
        if (isBucket[entry] === 0 || low[entry] === high[entry]) continue;
        const across = Math.max(0, toX(first[entry]) - left, left - toX(last[entry]));
        const down = Math.min(Math.abs(toY(low[entry]) - top), Math.abs(toY(high[entry]) - top));
        const away = Math.hypot(across, down);
        if (away >= nearest) continue;
        nearest = away;
        const distance = Math.abs(toY((line.smooth ?? line.y)[entry]) - top);
        found = { ...series, line, entry, mark: markAt(line, entry), distance };
      }
    }
  }
  const pointed = found;
  return pointed === null ? hits : [pointed, ...hits.filter(({ key }) => key !== pointed.key)];
}

/** The series that is pointed at, and which of its extremes, if the pointer is on one. */
export function pointedAt<Found extends Pointed & { distance: number }>(
  hits: readonly Found[],
  y: Projection,
  top: number,
  bandIsOfValues: boolean,
): { hit: Found; extreme: "min" | "max" | null } | null {
  if (hits.length === 0) return null;
  const toY = pixelsOf(y);
  let found: { hit: Found; extreme: "min" | "max" | null } = { hit: hits[0], extreme: null };
  let nearest = Math.min(hits[0].distance, ON_EXTREME);
  for (const hit of hits) {
    const { line, entry } = hit;
    if (entry < 0 || line.isBucket[entry] === 0 || !hasExtremes(line, bandIsOfValues)) continue;
    if (line.low[entry] === line.high[entry]) continue;
    for (const [extreme, value] of [
      ["min", line.low[entry]],
      ["max", line.high[entry]],
    ] as const) {
      const distance = Math.abs(toY(value) - top);
      if (distance < nearest) {
        nearest = distance;
        found = { hit, extreme };
      }
    }
  }
  return found;
}

/** Where a click at the tooltip's place is on the axis; `y` is the axis and `top` the pointer, in pixels from the plot's top. */
export async function pickedPlace(
  { chart, axis, hits, x }: Pick<TooltipContent, "chart" | "axis" | "hits" | "x">,
  y: Projection,
  top: number,
): Promise<number> {
  // Where nothing was recorded: a step is whole all the same.
  const whole = isOfSteps(axis) ? Math.round(x) : x;
  const pointed = pointedAt(hits, y, top, chartFields.band === "range");
  if (pointed === null) return whole;
  const { hit, extreme } = pointed;
  const { line, entry, mark } = hit;
  if (bucketOfHit(hit) === null) return entry < 0 ? line.marks.x[mark] : line.x[entry];
  try {
    const found = await extremesOfHit(chart, axis, hit, x);
    const chosen = extreme === null ? null : found?.[extreme];
    return (chosen ?? found?.near)?.x ?? whole;
  } catch {
    // The server is gone, which is said elsewhere.
    return whole;
  }
}
