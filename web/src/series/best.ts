/** The best value of each series: where it is lowest or highest. */

import { type Line, lowerBound } from "./line";

export const BESTS = ["lowest", "highest"] as const;
export type Best = (typeof BESTS)[number];

export interface BestPlace {
  /** The middle of its bucket, where it is in one. */
  x: number;
  y: number;
  /** Where it is at the earliest and at the latest, as of an entry of a line. */
  first: number;
  last: number;
  isClosed: boolean;
}

/** The lowest or the highest finite value of some lines within [from, to] of x. */
export function bestOf(lines: readonly Line[], best: Best, from: number, to: number): BestPlace | null {
  let found: BestPlace | null = null;
  for (const line of lines) {
    const ys = line.hasForeignBand ? line.y : best === "lowest" ? line.low : line.high;
    for (let i = lowerBound(line.last, from); i < line.x.length && line.first[i] <= to; i++) {
      const y = ys[i];
      if (!Number.isFinite(y)) continue;
      if (found === null || (best === "lowest" ? y < found.y : y > found.y))
        found = {
          x: line.x[i],
          y,
          first: line.first[i],
          last: line.last[i],
          isClosed: line.isClosed[i] === 1,
        };
    }
  }
  return found;
}
