/** Where in its row each thing stands: among its neighbours, and below the others of its line where there is room. */

import type { Boxes } from "./graph";
import { placeInOrder } from "./isotonic";
import type { Lines } from "./lines";
import type { Neighbours, Rows } from "./rows";

/** Pixels between boxes in a row, and between edges that pass through it. */
export const BETWEEN = { boxes: 20, bends: 10 } as const;
const SWEEPS = 8;
/** How much less a bend stays where it is than a box that is alone in its line. */
const LIGHT = 0.25;

/** The middle of each thing. The leftmost edge of all of them is at 0. */
export function middles(boxes: Boxes, rows: Rows, rowCount: number, lines: Lines): Float64Array {
  const count = boxes.width.length;
  const half = new Float64Array(rows.things);
  for (let box = 0; box < count; box++) half[box] = boxes.width[box] / 2;
  /** The least distance of each thing of the order from the one before it. */
  const gap = new Float64Array(rows.things);
  const centre = new Float64Array(rows.things);
  for (let row = 0; row < rowCount; row++) {
    for (let i = rows.starts[row] + 1; i < rows.starts[row + 1]; i++) {
      const left = rows.order[i - 1];
      const right = rows.order[i];
      gap[i] = half[left] + half[right] + (left < count || right < count ? BETWEEN.boxes : BETWEEN.bends);
      centre[right] = centre[left] + gap[i];
    }
  }
  sweep(centre, rows, rowCount, gap, lines, count);
  straighten(centre, rows, rowCount, gap, lines, count);
  let left = Number.POSITIVE_INFINITY;
  for (let thing = 0; thing < rows.things; thing++) left = Math.min(left, centre[thing] - half[thing]);
  for (let thing = 0; thing < rows.things; thing++) centre[thing] -= left;
  return centre;
}

/** Bring lines to between their neighbours, row by row, down and up in turn. */
function sweep(
  centre: Float64Array,
  rows: Rows,
  rowCount: number,
  gap: Float64Array,
  lines: Lines,
  count: number,
): void {
  const weight = new Float64Array(rows.things).fill(LIGHT);
  for (let box = 0; box < count; box++) weight[box] = lines.things[lines.of[box]].length;
  const wanted = new Float64Array(rows.things);
  /** Where each line would be, NaN for one that has not been met. */
  const found = new Float64Array(lines.things.length);
  for (let number = 0; number < SWEEPS; number++) {
    found.fill(Number.NaN);
    for (let i = 0; i < rowCount; i++) {
      const row = number % 2 === 0 ? i : rowCount - 1 - i;
      const [start, end] = [rows.starts[row], rows.starts[row + 1]];
      for (let place = start; place < end; place++) {
        const thing = rows.order[place];
        const line = lines.of[thing];
        if (Number.isNaN(found[line])) found[line] = wantedOf(thing, centre, rows, lines, count);
        wanted[thing] = found[line] + lines.shift[thing];
      }
      placeInOrder(rows.order, start, end - start, gap, wanted, weight, centre);
    }
  }
}

/** Where the ends of a thing's line would have it; where it is where nothing is beyond them. */
function wantedOf(
  thing: number,
  centre: Float64Array,
  { above, below }: Rows,
  { things, of, shift }: Lines,
  count: number,
): number {
  const line = things[of[thing]];
  let sum = 0;
  let number = 0;
  // Of those above and below alike: by those above alone, rows would drift to one side.
  const add = (end: number, neighbours: Neighbours): void => {
    const hasNear = end < count && hasBox(neighbours, end, count);
    for (let i = neighbours.starts[end]; i < neighbours.starts[end + 1]; i++) {
      // A box looks to boxes, where it has any.
      if (hasNear && neighbours.things[i] >= count) continue;
      sum += centre[neighbours.things[i]] + neighbours.shift[i] - shift[end];
      number++;
    }
  };
  add(line[0], above);
  add(line[line.length - 1], below);
  return number === 0 ? centre[thing] - shift[thing] : sum / number;
}

function hasBox({ starts, things }: Neighbours, thing: number, count: number): boolean {
  for (let i = starts[thing]; i < starts[thing + 1]; i++) if (things[i] < count) return true;
  return false;
}

/**
 * Put the things of each line below each other, in as long pieces as there is room; boxes first, and long lines.
 *
 * What has its place leaves as much room as all things need that are still to come.
 */
function straighten(
  centre: Float64Array,
  rows: Rows,
  rowCount: number,
  gap: Float64Array,
  { things, shift }: Lines,
  count: number,
): void {
  const place = new Int32Array(rows.things);
  const offset = new Float64Array(rows.things);
  for (let row = 0; row < rowCount; row++) {
    let total = 0;
    for (let i = rows.starts[row]; i < rows.starts[row + 1]; i++) {
      total += gap[i];
      place[rows.order[i]] = i;
      offset[rows.order[i]] = total;
    }
  }
  /** Of each row the places of the things that have theirs, from left to right. */
  const placed: number[][] = Array.from({ length: rowCount }, () => []);
  /** How far to the left and to the right the line of a thing may be. */
  const room = (thing: number): [number, number] => {
    const here = placed[rows.rank[thing]];
    const at = firstFrom(here, place[thing]);
    let [left, right] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (at > 0) {
      const other = rows.order[here[at - 1]];
      left = centre[other] + (offset[thing] - offset[other]);
    }
    if (at < here.length) {
      const other = rows.order[here[at]];
      right = centre[other] - (offset[other] - offset[thing]);
    }
    return [left - shift[thing], right - shift[thing]];
  };
  const isOfBends = (line: Int32Array): number => (line[0] >= count ? 1 : 0);
  const order = [...things].sort(
    (one, other) => isOfBends(one) - isOfBends(other) || other.length - one.length,
  );
  for (const line of order) {
    let total = 0;
    for (const thing of line) total += centre[thing] - shift[thing];
    const wanted = total / line.length;
    for (let first = 0, end = 0; first < line.length; first = end) {
      let [low, high] = room(line[first]);
      for (end = first + 1; end < line.length; end++) {
        const [left, right] = room(line[end]);
        if (Math.max(low, left) > Math.min(high, right)) break;
        low = Math.max(low, left);
        high = Math.min(high, right);
      }
      const at = Math.min(Math.max(wanted, low), high);
      for (let i = first; i < end; i++) {
        const thing = line[i];
        centre[thing] = at + shift[thing];
        const here = placed[rows.rank[thing]];
        here.splice(firstFrom(here, place[thing]), 0, place[thing]);
      }
    }
  }
}

/** The first place in ascending numbers that is not below a number. */
function firstFrom(numbers: readonly number[], number: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
