/**
 * The rows of boxes. A box stands below all that it reads, in the highest row where it can; one that reads nothing stands
 * right above the first box that reads it. Boxes without any edge come last, in rows of about the width of the rest. Pinned
 * boxes have the first row and the last one to themselves.
 */

import type { Boxes, Edges } from "./graph";
import type { Order } from "./order";

export interface Ranks {
  rank: Int32Array;
  rows: number;
}

export function ranksOf(boxes: Boxes, edges: Edges, order: Order, space: number): Ranks {
  const count = boxes.width.length;
  const { pin } = boxes;
  const first = pin?.includes(-1) ? 1 : 0;
  const rank = new Int32Array(count).fill(first);
  const reads = new Uint8Array(count);
  const isRead = new Uint8Array(count);
  const isAlone = new Uint8Array(count).fill(1);
  for (let edge = 0; edge < edges.from.length; edge++) {
    isAlone[edges.from[edge]] = isAlone[edges.to[edge]] = 0;
    if (order.isBack[edge]) continue;
    isRead[edges.from[edge]] = 1;
    reads[edges.to[edge]] = 1;
  }
  for (let box = 0; box < count; box++) {
    if (pin === undefined || pin[box] === 0) continue;
    isAlone[box] = 0;
    rank[box] = 0;
  }
  const byPlace = edgesInOrder(edges, order);
  for (const edge of byPlace)
    rank[edges.to[edge]] = Math.max(rank[edges.to[edge]], rank[edges.from[edge]] + 1);
  const lowest = new Int32Array(count).fill(0x7fffffff);
  for (const edge of byPlace)
    if (pin === undefined || pin[edges.to[edge]] === 0)
      lowest[edges.from[edge]] = Math.min(lowest[edges.from[edge]], rank[edges.to[edge]] - 1);
  let rows = first;
  for (let box = 0; box < count; box++) {
    if (pin !== undefined && pin[box] !== 0) continue;
    if (!reads[box] && isRead[box] && lowest[box] < 0x7fffffff) rank[box] = lowest[box];
    if (!isAlone[box]) rows = Math.max(rows, rank[box] + 1);
  }
  rows = placeAlone(boxes, rank, isAlone, rows, space);
  if (!pin?.includes(1)) return { rank, rows };
  for (let box = 0; box < count; box++) if (pin[box] === 1) rank[box] = rows;
  return { rank, rows: rows + 1 };
}

/** Edges that close no loop, by the place of the box that they come from. */
function edgesInOrder(edges: Edges, order: Order): Int32Array {
  const count = order.boxes.length;
  const place = new Int32Array(count);
  for (let i = 0; i < count; i++) place[order.boxes[i]] = i;
  const starts = new Int32Array(count + 1);
  for (let edge = 0; edge < edges.from.length; edge++)
    if (!order.isBack[edge]) starts[place[edges.from[edge]] + 1]++;
  for (let i = 0; i < count; i++) starts[i + 1] += starts[i];
  const sorted = new Int32Array(starts[count]);
  for (let edge = 0; edge < edges.from.length; edge++)
    if (!order.isBack[edge]) sorted[starts[place[edges.from[edge]]]++] = edge;
  return sorted;
}

/** Rows for the boxes without edges, below all others; how many rows there are then. */
function placeAlone(
  boxes: Boxes,
  rank: Int32Array,
  isAlone: Uint8Array,
  rows: number,
  space: number,
): number {
  const widths = new Float64Array(rows);
  let area = 0;
  for (let box = 0; box < rank.length; box++) {
    if (isAlone[box]) area += (boxes.width[box] + space) * (boxes.height[box] + space);
    else widths[rank[box]] += boxes.width[box] + space;
  }
  if (area === 0) return rows;
  let limit = 2 * Math.sqrt(area);
  for (const width of widths) limit = Math.max(limit, width);
  let row = rows;
  let width = 0;
  for (let box = 0; box < rank.length; box++) {
    if (!isAlone[box]) continue;
    if (width > 0 && width + boxes.width[box] > limit) {
      row++;
      width = 0;
    }
    rank[box] = row;
    width += boxes.width[box] + space;
  }
  return row + 1;
}
