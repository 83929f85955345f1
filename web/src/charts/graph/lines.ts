/**
 * Which things of the rows stand below each other on one line: the bends of an edge, and boxes in a chain.
 *
 * A box continues the line of the box above it where each is the other's only neighbour on the longest way through the
 * graph. So a skip and a short branch stand beside the line that they leave, and of branches that are equally long none
 * is the line. Where edges have to meet boxes beside their middles, the edges are straight, as long as the boxes stay
 * below the first one's middle: a line of many groups does not go aside more and more.
 */

import type { Boxes, Edges } from "./graph";
import { WAY } from "./graph";
import type { Neighbours, Rows } from "./rows";

export interface Lines {
  /** The things of each line from top to bottom, row by row; each thing is in one. */
  things: readonly Int32Array[];
  /** Per thing its line, and where its middle is to the right of the line. */
  of: Int32Array;
  shift: Float64Array;
}

/** The lines of boxes, those of one box among them, and of all bends. */
export function linesOf({ width }: Boxes, edges: Edges, way: Uint8Array, rows: Rows): Lines {
  const count = width.length;
  const below = continued(count, edges, rows);
  const of = new Int32Array(rows.things).fill(-1);
  const shift = new Float64Array(rows.things);
  const things: Int32Array[] = [];
  for (const first of rows.order) {
    if (first >= count || of[first] >= 0) continue;
    const line: number[] = [];
    let at = 0;
    for (let thing = first; thing >= 0; thing = below.box[thing]) {
      if (Math.abs(at) > width[thing] / 2) at = 0;
      of[thing] = things.length;
      shift[thing] = at;
      line.push(thing);
      at += below.shift[thing];
    }
    things.push(Int32Array.from(line));
  }
  for (let edge = 0; edge < way.length; edge++) {
    if (way[edge] !== WAY.through) continue;
    const first = rows.firstBend[edge];
    const bends = rows.rank[edges.to[edge]] - rows.rank[edges.from[edge]] - 1;
    if (bends <= 0) continue;
    of.fill(things.length, first, first + bends);
    things.push(Int32Array.from({ length: bends }, (_, i) => first + i));
  }
  return { things, of, shift };
}

/** Per box the box that continues its line, and how far to the right of it; -1 for none. */
function continued(count: number, edges: Edges, rows: Rows): { box: Int32Array; shift: Float64Array } {
  const { fromTop, toBottom } = longestWays(count, edges, rows);
  const box = new Int32Array(count).fill(-1);
  const shift = new Float64Array(count);
  for (let upper = 0; upper < count; upper++) {
    const lower = onlyFarthest(rows.below, upper, count, toBottom);
    if (lower < 0) continue;
    const { things } = rows.below;
    const back = onlyFarthest(rows.above, things[lower], count, fromTop);
    if (back < 0 || rows.above.things[back] !== upper) continue;
    box[upper] = things[lower];
    // A neighbour's shift leads from it to the box; from the box to it is the way back.
    shift[upper] = -rows.below.shift[lower];
  }
  return { box, shift };
}

/** The place among the neighbours of the one box that is farther than the others; -1 for none. */
function onlyFarthest({ starts, things }: Neighbours, box: number, count: number, far: Int32Array): number {
  let found = -1;
  let isOnly = true;
  for (let i = starts[box]; i < starts[box + 1]; i++) {
    const thing = things[i];
    if (thing >= count || (found >= 0 && thing === things[found])) continue;
    if (found < 0 || far[thing] > far[things[found]]) {
      found = i;
      isOnly = true;
    } else if (far[thing] === far[things[found]]) isOnly = false;
  }
  return isOnly ? found : -1;
}

/** Per box how many edges the longest way to it has, and the longest one from it. */
function longestWays(
  count: number,
  edges: Edges,
  { rank }: Rows,
): { fromTop: Int32Array; toBottom: Int32Array } {
  const downwards: number[] = [];
  for (let edge = 0; edge < edges.from.length; edge++)
    if (rank[edges.from[edge]] < rank[edges.to[edge]]) downwards.push(edge);
  downwards.sort((one, other) => rank[edges.from[one]] - rank[edges.from[other]]);
  const fromTop = new Int32Array(count);
  const toBottom = new Int32Array(count);
  for (const edge of downwards)
    fromTop[edges.to[edge]] = Math.max(fromTop[edges.to[edge]], fromTop[edges.from[edge]] + 1);
  for (const edge of downwards.reverse())
    toBottom[edges.from[edge]] = Math.max(toBottom[edges.from[edge]], toBottom[edges.to[edge]] + 1);
  return { fromTop, toBottom };
}
