/**
 * The layout of one group's boxes in rows, from top to bottom in the order of execution: linear in the boxes, edges and
 * rows that edges pass through, and the same for the same graph.
 *
 * Layered drawing after Sugiyama, but for what neural networks are: the order of execution is an order of rows already,
 * and long skips, which would need a bend in every row, go in lanes at the side.
 */

import type { Boxes, Edges, Layout } from "./graph";
import { WAY } from "./graph";
import { lanesOf } from "./lanes";
import { linesOf } from "./lines";
import { orderOf } from "./order";
import { BETWEEN, middles } from "./places";
import { ranksOf } from "./ranks";
import { routesOf } from "./routes";
import { rowsOf } from "./rows";

/** Pixels between rows and between lanes. */
export const SPACE = { rows: 34, lanes: 10 } as const;
/** An edge passes through at most so many rows; in a graph with many edges through fewer. */
const LONGEST = 24;
const LONGEST_IN_DENSE = 6;
/** Edges a box from which on a graph is dense. */
const DENSE = 4;

export function layOut(boxes: Boxes, edges: Edges): Layout {
  const count = boxes.width.length;
  const order = orderOf(count, edges);
  const { rank, rows: rowCount } = ranksOf(boxes, edges, order, BETWEEN.boxes);
  const longest = edges.from.length > DENSE * count ? LONGEST_IN_DENSE : LONGEST;
  const way = new Uint8Array(edges.from.length);
  for (let edge = 0; edge < way.length; edge++) {
    if (order.isBack[edge]) way[edge] = WAY.back;
    else if (rank[edges.to[edge]] - rank[edges.from[edge]] > longest) way[edge] = WAY.lane;
  }
  const lanes = lanesOf(rank, edges, way);
  const rows = rowsOf(boxes, rank, rowCount, edges, way);
  const centre = middles(boxes, rows, rowCount, linesOf(boxes, edges, way, rows));
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
  const laneX = (lane: number): number => right + BETWEEN.boxes + lane * SPACE.lanes;
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
