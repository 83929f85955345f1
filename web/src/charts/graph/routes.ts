/** The lines of edges: from the bottom of one box to the top of another, vertical within rows and curved between them. */

import type { Boxes, Edges } from "./graph";
import { WAY } from "./graph";
import { adjacency } from "./order";
import type { Rows } from "./rows";

/** The most pixels between the ends of two edges at one box. */
const BETWEEN_ENDS = 12;

export interface Placed {
  x: Float64Array;
  y: Float64Array;
  /** The middle of each thing of the rows. */
  centre: Float64Array;
  /** The upper edge of each row, and its height. */
  top: Float64Array;
  rowHeight: Float64Array;
}

export interface Routes {
  starts: Int32Array;
  points: Float64Array;
}

export function routesOf(
  boxes: Boxes,
  edges: Edges,
  way: Uint8Array,
  rows: Rows,
  placed: Placed,
  lane: Int32Array,
  laneX: (lane: number) => number,
): Routes {
  const { y, top, rowHeight, centre } = placed;
  const bendsOf = (edge: number): number => rows.rank[edges.to[edge]] - rows.rank[edges.from[edge]] - 1;
  /** Where an edge goes to first, and where it comes from last. */
  const firstX = (edge: number): number => {
    if (way[edge] !== WAY.through) return laneX(lane[edge]);
    return bendsOf(edge) > 0 ? centre[rows.firstBend[edge]] : centre[edges.to[edge]] + given(edges.toX, edge);
  };
  const lastX = (edge: number): number => {
    if (way[edge] !== WAY.through) return laneX(lane[edge]);
    const bends = bendsOf(edge);
    return bends > 0
      ? centre[rows.firstBend[edge] + bends - 1]
      : centre[edges.from[edge]] + given(edges.fromX, edge);
  };
  const startX = ends(edges.from, edges.fromX, way, boxes, centre, firstX);
  const endX = ends(edges.to, edges.toX, way, boxes, centre, lastX);
  const starts = new Int32Array(way.length + 1);
  for (let edge = 0; edge < way.length; edge++) {
    const bends = way[edge] === WAY.through ? bendsOf(edge) : 1;
    starts[edge + 1] = starts[edge] + (way[edge] === WAY.portal ? 0 : 4 + 2 * bends);
  }
  const points = new Float64Array(2 * starts[way.length]);
  for (let edge = 0; edge < way.length; edge++) {
    if (way[edge] === WAY.portal) continue;
    const from = edges.from[edge];
    const to = edges.to[edge];
    let place = 2 * starts[edge];
    const add = (x: number, at: number): void => {
      points[place++] = x;
      points[place++] = at;
    };
    const bottom = (row: number): number => top[row] + rowHeight[row];
    add(startX[edge], y[from] + boxes.height[from]);
    add(startX[edge], bottom(rows.rank[from]));
    if (way[edge] === WAY.through) {
      for (let i = 0, bend = rows.firstBend[edge]; i < bendsOf(edge); i++, bend++) {
        add(centre[bend], top[rows.rank[bend]]);
        add(centre[bend], bottom(rows.rank[bend]));
      }
    } else if (way[edge] === WAY.lane) {
      add(laneX(lane[edge]), top[rows.rank[from] + 1]);
      add(laneX(lane[edge]), bottom(rows.rank[to] - 1));
    } else {
      add(laneX(lane[edge]), bottom(rows.rank[from]));
      add(laneX(lane[edge]), top[rows.rank[to]]);
    }
    add(endX[edge], top[rows.rank[to]]);
    add(endX[edge], y[to]);
  }
  return { starts, points };
}

/** 0 where nothing is given. */
function given(x: Float64Array | undefined, edge: number): number {
  return x === undefined || Number.isNaN(x[edge]) ? 0 : x[edge];
}

/** Where each edge meets its box: where it has to, else side by side, in the order of where they lead. */
function ends(
  boxOf: Int32Array,
  fixed: Float64Array | undefined,
  way: Uint8Array,
  boxes: Boxes,
  centre: Float64Array,
  towards: (edge: number) => number,
): Float64Array {
  const x = new Float64Array(way.length);
  const count = boxes.width.length;
  const isFixed = (edge: number): boolean => fixed !== undefined && !Number.isNaN(fixed[edge]);
  const { starts, edges } = adjacency(count, boxOf, (edge) => way[edge] === WAY.portal || isFixed(edge));
  for (let edge = 0; edge < way.length; edge++)
    if (isFixed(edge)) x[edge] = centre[boxOf[edge]] + given(fixed, edge);
  for (let box = 0; box < count; box++) {
    const here = edges.subarray(starts[box], starts[box + 1]);
    if (here.length > 1) here.sort((one, other) => towards(one) - towards(other) || one - other);
    const step = Math.min(BETWEEN_ENDS, boxes.width[box] / (here.length + 1));
    for (let i = 0; i < here.length; i++) x[here[i]] = centre[box] + (i - (here.length - 1) / 2) * step;
  }
  return x;
}
