/** The best value of each series: where it is lowest or highest. */

import { type Line, lowerBound } from "./line";

export const BESTS = ["lowest", "highest"] as const;
export type Best = (typeof BESTS)[number];

export interface BestPlace {
  x: number;
  y: number;
}

/** The lowest or the highest finite value of some lines within [from, to] of x; of a bucket its middle. */
export function bestOf(lines: readonly Line[], best: Best, from: number, to: number): BestPlace | null {
  let found: BestPlace | null = null;
  for (const line of lines) {
    const ys = line.hasForeignBand ? line.y : best === "lowest" ? line.low : line.high;
    for (let i = lowerBound(line.last, from); i < line.x.length && line.first[i] <= to; i++) {
      const y = ys[i];
      if (!Number.isFinite(y)) continue;
      if (found === null || (best === "lowest" ? y < found.y : y > found.y)) found = { x: line.x[i], y };
    }
  }
  return found;
}
