/**
 * A treemap in rows: boxes whose areas are their weights, in their order, from left to right and from top to bottom as
 * text is read. The rows are those whose boxes are, area by area, nearest to the shape that has room for a name: wider
 * than high. The same weights make the same picture.
 */

import type { Rectangle } from "./draw_axes";

/** How many times as wide as high a box should be. */
const SHAPE = 1.6;
/** A weight counts for the shape of rows at least as such a share of all: sums of smaller ones would be rounding errors. */
const LEAST_SHARE = 1e-9;
/** Steps of looking for the best rows, and boxes of a row that are looked at in any case. */
const MOST_STEPS = 6e6;
const FEWEST_LOOKED_AT = 64;

/** A rectangle for each weight; null for those that are not positive. */
export function inRows(weights: readonly number[], within: Rectangle): (Rectangle | null)[] {
  const found = weights.map((): Rectangle | null => null);
  const shown = weights.flatMap((weight, i) => (weight > 0 && Number.isFinite(weight) ? [i] : []));
  if (shown.length === 0 || !(within.width > 0) || !(within.height > 0)) return found;
  // Relative to the largest: the sum of the largest numbers would be infinite.
  const largest = shown.reduce((most, i) => Math.max(most, weights[i]), 0);
  const shares = shown.map((i) => weights[i] / largest);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const ends = rowEnds(shares, total, within);
  let [start, before] = [0, 0];
  for (const end of ends) {
    let row = 0;
    for (let k = start; k < end; k++) row += shares[k];
    // Edges are shared, and the last ones are those of the whole: nothing is left between boxes.
    const top = within.top + (within.height * before) / total;
    const after = before + row;
    const bottom = within.top + (end === shares.length ? within.height : (within.height * after) / total);
    let left = within.left;
    let sum = 0;
    for (let k = start; k < end; k++) {
      sum += shares[k];
      const right = within.left + (k === end - 1 ? within.width : (within.width * sum) / row);
      found[shown[k]] = { left, top, width: right - left, height: bottom - top };
      left = right;
    }
    start = end;
    before = after;
  }
  return found;
}

/**
 * Where rows end, by dynamic programming over their ends. A box of area a in a row of height h has the sides a / h and
 * h; its badness is a (w / h + h / w), for w the width by the wanted shape, and the sum over a row follows from sums of
 * a and a².
 */
function rowEnds(shares: readonly number[], total: number, { width, height }: Rectangle): number[] {
  const count = shares.length;
  const areas = shares.map((share) => Math.max(share / total, LEAST_SHARE) * width * height);
  const [sum, squares] = [new Float64Array(count + 1), new Float64Array(count + 1)];
  for (let i = 0; i < count; i++) {
    sum[i + 1] = sum[i] + areas[i];
    squares[i + 1] = squares[i] + areas[i] ** 2;
  }
  // Rows of equal boxes have as many as fit, of the wanted shape; a few times as many are looked at.
  const usual = Math.ceil(4 * Math.sqrt((count * width) / height));
  const most = Math.min(usual, Math.floor(MOST_STEPS / count));
  const longest = Math.max(FEWEST_LOOKED_AT, most);
  const best = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(count + 1);
  best[0] = 0;
  for (let end = 1; end <= count; end++) {
    for (let start = end - 1; start >= Math.max(0, end - longest); start--) {
      const rowHeight = (sum[end] - sum[start]) / width;
      const square = rowHeight ** 2;
      const badness = (squares[end] - squares[start]) / (SHAPE * square) + SHAPE * (end - start) * square;
      if (best[start] + badness < best[end]) {
        best[end] = best[start] + badness;
        from[end] = start;
      }
    }
  }
  const ends: number[] = [];
  for (let end = count; end > 0; end = from[end]) ends.push(end);
  return ends.reverse();
}

/** Items by number, each with those below it. */
export interface Tree {
  weight: readonly number[];
  children: readonly (readonly number[])[];
}

export interface Placed extends Rectangle {
  item: number;
  /** 0 for those directly below what is laid out. */
  depth: number;
  /** Whether those below it are placed within it. */
  isOpen: boolean;
}

/**
 * What is below an item, nested: an item comes before those within it. `roomIn` says which part of a box its children
 * have; null for a box that is not opened. An item without any below it is placed alone.
 */
export function nestedInRows(
  { weight, children }: Tree,
  item: number,
  within: Rectangle,
  roomIn: (box: Rectangle) => Rectangle | null,
): Placed[] {
  const placed: Placed[] = [];
  const waiting: { items: readonly number[]; within: Rectangle; depth: number }[] = [
    { items: children[item].length > 0 ? children[item] : [item], within, depth: 0 },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { items, depth } = next;
    const boxes = inRows(
      items.map((each) => weight[each]),
      next.within,
    );
    for (const [i, box] of boxes.entries()) {
      if (box === null) continue;
      const below = items[i] === item ? [] : children[items[i]];
      const room = below.some((each) => weight[each] > 0) ? roomIn(box) : null;
      placed.push({ ...box, item: items[i], depth, isOpen: room !== null });
      if (room !== null) waiting.push({ items: below, within: room, depth: depth + 1 });
    }
  }
  return placed;
}

/** The innermost box at a place; null beside all of them. */
export function boxAt<Box extends Rectangle>(boxes: readonly Box[], x: number, y: number): Box | null {
  for (let i = boxes.length - 1; i >= 0; i--) {
    const { left, top, width, height } = boxes[i];
    if (x >= left && x < left + width && y >= top && y < top + height) return boxes[i];
  }
  return null;
}
