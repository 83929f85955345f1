/**
 * What stands in each row, from left to right: boxes, and bends, the places where an edge passes through a row. Rows are
 * sorted by where their things have their neighbours in the row above, then below, in turn, which takes out most
 * crossings.
 */

import type { Boxes, Edges } from "./graph";
import { WAY } from "./graph";

const SWEEPS = 4;

export interface Rows {
  /** Boxes first, then bends. */
  things: number;
  rank: Int32Array;
  /** The bends of edge i are the things from `firstBend[i]` on, one for each row between its boxes. */
  firstBend: Int32Array;
  /** Row r has the things `order[starts[r]]` to `order[starts[r + 1] - 1]`. */
  starts: Int32Array;
  order: Int32Array;
  above: Neighbours;
  below: Neighbours;
}

/** Those of thing i are `things[starts[i]]` to `things[starts[i + 1] - 1]`. */
export interface Neighbours {
  starts: Int32Array;
  things: Int32Array;
  /** Where its middle would be for a straight line, in pixels from the neighbour's middle. */
  shift: Float64Array;
  /** Where the edge meets the neighbour, as a share of its width, from -0.5 to 0.5. */
  share: Float64Array;
}

export function rowsOf(
  { width }: Boxes,
  boxRank: Int32Array,
  rowCount: number,
  edges: Edges,
  way: Uint8Array,
): Rows {
  const boxes = boxRank.length;
  const firstBend = new Int32Array(way.length);
  let things = boxes;
  for (let edge = 0; edge < way.length; edge++) {
    firstBend[edge] = things;
    if (way[edge] === WAY.through) things += boxRank[edges.to[edge]] - boxRank[edges.from[edge]] - 1;
  }
  const rank = new Int32Array(things);
  rank.set(boxRank);
  const pairs = things - boxes + countThrough(way);
  const upper = new Int32Array(pairs);
  const lower = new Int32Array(pairs);
  const upperX = new Float64Array(pairs);
  const lowerX = new Float64Array(pairs);
  let pair = 0;
  for (let edge = 0; edge < way.length; edge++) {
    if (way[edge] !== WAY.through) continue;
    let before = edges.from[edge];
    upperX[pair] = orMiddle(edges.fromX?.[edge]);
    const last = rank[edges.to[edge]];
    for (let row = rank[before] + 1, bend = firstBend[edge]; row < last; row++, bend++) {
      rank[bend] = row;
      upper[pair] = before;
      lower[pair++] = bend;
      before = bend;
    }
    upper[pair] = before;
    lowerX[pair] = orMiddle(edges.toX?.[edge]);
    lower[pair++] = edges.to[edge];
  }
  const starts = new Int32Array(rowCount + 1);
  for (let thing = 0; thing < things; thing++) starts[rank[thing] + 1]++;
  for (let row = 0; row < rowCount; row++) starts[row + 1] += starts[row];
  const next = starts.slice(0, rowCount);
  const order = new Int32Array(things);
  for (let thing = 0; thing < things; thing++) order[next[rank[thing]]++] = thing;
  const rows: Rows = {
    things,
    rank,
    firstBend,
    starts,
    order,
    above: neighbours(width, { of: lower, are: upper, ofX: lowerX, areX: upperX, things }),
    below: neighbours(width, { of: upper, are: lower, ofX: upperX, areX: lowerX, things }),
  };
  takeOutCrossings(rows, rowCount);
  return rows;
}

function countThrough(way: Uint8Array): number {
  let count = 0;
  for (const each of way) if (each === WAY.through) count++;
  return count;
}

function orMiddle(x: number | undefined): number {
  return x === undefined || Number.isNaN(x) ? 0 : x;
}

interface Pairs {
  things: number;
  of: Int32Array;
  are: Int32Array;
  /** Where the edge meets either of them. */
  ofX: Float64Array;
  areX: Float64Array;
}

function neighbours(width: Float64Array, { things: count, of, are, ofX, areX }: Pairs): Neighbours {
  const starts = new Int32Array(count + 1);
  for (const thing of of) starts[thing + 1]++;
  for (let thing = 0; thing < count; thing++) starts[thing + 1] += starts[thing];
  const next = starts.slice(0, count);
  const things = new Int32Array(of.length);
  const shift = new Float64Array(of.length);
  const share = new Float64Array(of.length);
  for (let i = 0; i < of.length; i++) {
    const place = next[of[i]]++;
    things[place] = are[i];
    shift[place] = areX[i] - ofX[i];
    if (are[i] < width.length && width[are[i]] > 0) share[place] = areX[i] / width[are[i]];
  }
  return { starts, things, shift, share };
}

function takeOutCrossings(rows: Rows, rowCount: number): void {
  const { order, starts } = rows;
  const place = new Float64Array(rows.things);
  const key = new Float64Array(rows.things);
  const note = (row: number): void => {
    for (let i = starts[row]; i < starts[row + 1]; i++) place[order[i]] = i - starts[row];
  };
  for (let row = 0; row < rowCount; row++) note(row);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const towards = isDown ? rows.above : rows.below;
    for (let i = 1; i < rowCount; i++) {
      const row = isDown ? i : rowCount - 1 - i;
      if (starts[row + 1] - starts[row] < 2) continue;
      const things = order.subarray(starts[row], starts[row + 1]);
      for (const thing of things) key[thing] = median(towards, thing, place) ?? place[thing];
      // Things alike stay in their order.
      things.sort((one, other) => key[one] - key[other] || place[one] - place[other]);
      note(row);
    }
  }
}

/** Between the two in the middle where there are evenly many; undefined where there are none. */
function median(
  { starts, things, share }: Neighbours,
  thing: number,
  place: Float64Array,
): number | undefined {
  const count = starts[thing + 1] - starts[thing];
  if (count === 0) return undefined;
  const first = starts[thing];
  // Edges that meet a box at different places are in the order of these.
  const at = (i: number): number => place[things[i]] + share[i];
  if (count === 1) return at(first);
  const places = Float64Array.from({ length: count }, (_, i) => at(first + i)).sort();
  return (places[(count - 1) >> 1] + places[count >> 1]) / 2;
}
