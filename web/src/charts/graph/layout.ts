/**
 * The layout of one group's boxes in rows, from top to bottom in the order of execution: linear in the boxes, edges and
 * rows that edges pass through, and the same for the same graph.
 *
 * Layered drawing after Sugiyama, but for what neural networks are: the order of execution is an order of rows already,
 * and long skips, which would need a bend in every row, go in lanes at the side.
 */

import type { Boxes, Edges, Layout } from "./graph";
import { WAY } from "./graph";
import { placeInOrder } from "./isotonic";
import { lanesOf } from "./lanes";
import { orderOf } from "./order";
import { ranksOf } from "./ranks";
import { routesOf } from "./routes";
import { type Rows, rowsOf } from "./rows";

/** Pixels between boxes in a row, between edges that pass through it, between rows and between lanes. */
export const SPACE = { boxes: 20, bends: 10, rows: 34, lanes: 10 } as const;
/** An edge passes through at most so many rows; in a graph with many edges through fewer. */
const LONGEST = 24;
const LONGEST_IN_DENSE = 6;
/** Edges a box from which on a graph is dense. */
const DENSE = 4;
const SWEEPS = 8;
/** How much more a bend keeps its edge straight than a box stays among its neighbours. */
const STRAIGHT = 4;

export function layOut(boxes: Boxes, edges: Edges): Layout {
  const count = boxes.width.length;
  const order = orderOf(count, edges);
  const { rank, rows: rowCount } = ranksOf(boxes, edges, order, SPACE.boxes);
  const longest = edges.from.length > DENSE * count ? LONGEST_IN_DENSE : LONGEST;
  const way = new Uint8Array(edges.from.length);
  for (let edge = 0; edge < way.length; edge++) {
    if (order.isBack[edge]) way[edge] = WAY.back;
    else if (rank[edges.to[edge]] - rank[edges.from[edge]] > longest) way[edge] = WAY.lane;
  }
  const lanes = lanesOf(rank, edges, way);
  const rows = rowsOf(boxes, rank, rowCount, edges, way);
  const centre = centres(boxes, rows, rowCount);
  const { top, height: rowHeight } = rowTops(boxes, rank, rowCount);
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  let right = 0;
  for (let thing = 0; thing < rows.things; thing++) {
    if (thing < count) {
      x[thing] = centre[thing] - boxes.width[thing] / 2;
      y[thing] = top[rank[thing]] + (rowHeight[rank[thing]] - boxes.height[thing]) / 2;
      right = Math.max(right, x[thing] + boxes.width[thing]);
    } else right = Math.max(right, centre[thing]);
  }
  const height = rowCount === 0 ? 0 : top[rowCount - 1] + rowHeight[rowCount - 1];
  const laneX = (lane: number): number => right + SPACE.boxes + lane * SPACE.lanes;
  const routes = routesOf(boxes, edges, way, rows, { x, y, centre, top, rowHeight }, lanes.lane, laneX);
  // Curves that turn round below the last row, or above the first; none do where only pinned boxes are.
  const above = lanes.count > 0 && !boxes.pin?.includes(-1) ? SPACE.rows : 0;
  const below = lanes.count > 0 && !boxes.pin?.includes(1) ? SPACE.rows : 0;
  if (above > 0) {
    for (let box = 0; box < count; box++) y[box] += above;
    for (let i = 1; i < routes.points.length; i += 2) routes.points[i] += above;
  }
  const width = lanes.count > 0 ? laneX(lanes.count - 1) + SPACE.lanes : right;
  return { x, y, width, height: above + height + below, way, ...routes };
}

/** The middle of each thing. The leftmost edge of all of them is at 0. */
function centres(boxes: Boxes, rows: Rows, rowCount: number): Float64Array {
  const count = boxes.width.length;
  const half = new Float64Array(rows.things);
  const weight = new Float64Array(rows.things).fill(STRAIGHT);
  for (let box = 0; box < count; box++) {
    half[box] = boxes.width[box] / 2;
    weight[box] = 1;
  }
  const gap = new Float64Array(rows.things);
  const centre = new Float64Array(rows.things);
  for (let row = 0; row < rowCount; row++) {
    for (let i = rows.starts[row] + 1; i < rows.starts[row + 1]; i++) {
      const left = rows.order[i - 1];
      const right = rows.order[i];
      gap[i] = half[left] + half[right] + (left < count || right < count ? SPACE.boxes : SPACE.bends);
      centre[right] = centre[left] + gap[i];
    }
  }
  const wanted = new Float64Array(rows.things);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let i = 0; i < rowCount; i++) {
      const row = sweep % 2 === 0 ? i : rowCount - 1 - i;
      const start = rows.starts[row];
      const end = rows.starts[row + 1];
      for (let place = start; place < end; place++) {
        const thing = rows.order[place];
        wanted[thing] = meanOfNeighbours(rows, thing, centre);
      }
      placeInOrder(rows.order, start, end - start, gap, wanted, weight, centre);
    }
  }
  let left = Number.POSITIVE_INFINITY;
  for (let thing = 0; thing < rows.things; thing++) left = Math.min(left, centre[thing] - half[thing]);
  for (let thing = 0; thing < rows.things; thing++) centre[thing] -= left;
  return centre;
}

/** Of those above and below alike: by those above alone, rows would drift to one side. */
function meanOfNeighbours({ above, below }: Rows, thing: number, centre: Float64Array): number {
  let sum = 0;
  for (let i = above.starts[thing]; i < above.starts[thing + 1]; i++)
    sum += centre[above.things[i]] + above.shift[i];
  for (let i = below.starts[thing]; i < below.starts[thing + 1]; i++)
    sum += centre[below.things[i]] + below.shift[i];
  const count =
    above.starts[thing + 1] - above.starts[thing] + (below.starts[thing + 1] - below.starts[thing]);
  return count === 0 ? centre[thing] : sum / count;
}

function rowTops(
  boxes: Boxes,
  rank: Int32Array,
  rowCount: number,
): { top: Float64Array; height: Float64Array } {
  const height = new Float64Array(rowCount);
  for (let box = 0; box < rank.length; box++)
    height[rank[box]] = Math.max(height[rank[box]], boxes.height[box]);
  const top = new Float64Array(rowCount);
  for (let row = 1; row < rowCount; row++) top[row] = top[row - 1] + height[row - 1] + SPACE.rows;
  return { top, height };
}
