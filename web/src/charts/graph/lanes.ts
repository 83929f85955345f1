/**
 * Lanes at the right of the rows, for edges that would pass through too many of them. Edges from one box share a lane;
 * lanes that are free again are used again. Edges beyond the last lane become portals.
 */

import type { Edges } from "./graph";
import { WAY } from "./graph";

/** More lines side by side than these cannot be followed by the eye. */
const MOST_LANES = 12;

export interface Lanes {
  /** Per edge the number of its lane, from the left; -1 for an edge without one. */
  lane: Int32Array;
  count: number;
}

/** Give lanes to the edges on the ways `lane` and `back`; turns those without one into portals. */
export function lanesOf(rank: Int32Array, edges: Edges, way: Uint8Array): Lanes {
  const lane = new Int32Array(way.length).fill(-1);
  const buses = busesOf(rank, edges, way);
  buses.sort(
    (one, other) => one.top - other.top || one.bottom - other.bottom || one.edges[0] - other.edges[0],
  );
  /** Per lane the row below which it is free. */
  const bottoms: number[] = [];
  for (const bus of buses) {
    let number = bottoms.findIndex((bottom) => bottom < bus.top);
    if (number < 0 && bottoms.length < MOST_LANES) number = bottoms.push(-1) - 1;
    if (number >= 0) bottoms[number] = bus.bottom;
    for (const edge of bus.edges) {
      lane[edge] = number;
      if (number < 0) way[edge] = WAY.portal;
    }
  }
  return { lane, count: bottoms.length };
}

interface Bus {
  top: number;
  bottom: number;
  edges: number[];
}

function busesOf(rank: Int32Array, edges: Edges, way: Uint8Array): Bus[] {
  const bySource = new Map<number, Bus>();
  for (let edge = 0; edge < way.length; edge++) {
    if (way[edge] !== WAY.lane && way[edge] !== WAY.back) continue;
    const from = rank[edges.from[edge]];
    const to = rank[edges.to[edge]];
    // Those that go up have a bus of their own: its arrows point the other way.
    const source = way[edge] === WAY.back ? -1 - edges.from[edge] : edges.from[edge];
    const bus = bySource.get(source) ?? { top: from, bottom: from, edges: [] };
    bus.top = Math.min(bus.top, from, to);
    bus.bottom = Math.max(bus.bottom, from, to);
    bus.edges.push(edge);
    bySource.set(source, bus);
  }
  return [...bySource.values()];
}
