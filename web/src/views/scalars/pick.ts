/**
 * The place that a click fixes: that of a point which was recorded, never a bucket's. In a bucket it is the point nearest
 * to the pointer, or, where the pointer is on the edge of a band, the lowest or the highest one.
 */

import { type Projection, pixelsOf } from "../../charts/projection";
import { isOfSteps } from "../../series/axis";
import { chartFields } from "./chart_link";
import { bucketOfHit, extremesOfHit, type Pointed } from "./extremes";
import type { TooltipContent } from "./tooltip_state";

/** So many pixels from an extreme the pointer is on it. */
const ON_EXTREME = 6;

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
    const hasExtremes = line.hasForeignBand !== true || (line.runs !== undefined && bandIsOfValues);
    if (entry < 0 || line.isBucket[entry] === 0 || !hasExtremes || line.low[entry] === line.high[entry])
      continue;
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
  { chart, axis, hits, x }: TooltipContent,
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
