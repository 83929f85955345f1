/**
 * The cells of a heat map, from lines: a row for each, a column for each stretch of x.
 *
 * A cell has the mean of what lies in its column, and the lowest and highest value of it. Between two records a row holds
 * the earlier one; before its first and behind its last there is nothing. A value that is not finite takes its cell.
 */

import type { Range, Scale } from "../series/axis";
import type { Line, Marks } from "../series/line";
import { toCoordinate } from "../series/scale";

export const NOTHING = 0;
export const FINITE = 1;
export const POSITIVE_INFINITY = 2;
export const NEGATIVE_INFINITY = 3;
export const NAN = 4;

export interface HeatCells {
  rows: number;
  columns: number;
  /** Row by row: a mean where the state is FINITE, and the bounds of what is behind it. */
  mean: Float64Array;
  low: Float64Array;
  high: Float64Array;
  /** Row by row, one of the states above. */
  state: Uint8Array;
  /** Lowest and highest mean, of those that are not exactly 0 where there are any; null where no cell has one. */
  extent: Range | null;
  /** How many rows have a value that is NaN or infinite. */
  rowsNotFinite: number;
}

/** The first and last x of all lines that the scale has a place for; null where there is none. */
export function extentOfRows(rows: readonly (readonly Line[])[], scale: Scale): Range | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const take = (first: Float64Array, last: Float64Array): void => {
    for (let i = 0; i < first.length; i++) {
      if (scale === "log" && first[i] <= 0) continue;
      low = Math.min(low, first[i]);
      high = Math.max(high, last[i]);
    }
  };
  for (const lines of rows) {
    for (const line of lines) {
      take(line.first, line.last);
      take(line.marks.first, line.marks.last);
    }
  }
  return low <= high ? [low, high] : null;
}

export function heatCells(
  rows: readonly (readonly Line[])[],
  range: Range,
  scale: Scale,
  columns: number,
): HeatCells {
  const size = rows.length * columns;
  const cells: HeatCells = {
    ...{ rows: rows.length, columns, extent: null, rowsNotFinite: 0 },
    ...{ mean: new Float64Array(size), state: new Uint8Array(size) },
    low: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    high: new Float64Array(size).fill(Number.NEGATIVE_INFINITY),
  };
  const spans = new Spans(range, scale, columns);
  const counts = new Uint32Array(columns);
  for (const [row, lines] of rows.entries()) {
    const start = row * columns;
    counts.fill(0);
    for (const line of lines) addFinite(cells, start, line, spans.of(line.first, line.last), counts);
    for (let column = 0; column < columns; column++)
      if (counts[column] > 0) cells.mean[start + column] /= counts[column];
    let hasOther = false;
    for (const { marks } of lines)
      if (marks.x.length > 0)
        hasOther = addOthers(cells, start, marks, spans.of(marks.first, marks.last)) || hasOther;
    if (hasOther) cells.rowsNotFinite++;
    hold(cells, start);
  }
  cells.extent = extentOfCells(cells);
  return cells;
}

/** The first and the last column of each entry of a line; -1 for one that is out of the range. */
interface ColumnSpans {
  from: Int32Array;
  to: Int32Array;
}

class Spans {
  readonly #range: Range;
  readonly #scale: Scale;
  readonly #columns: number;
  readonly #from: number;
  readonly #perColumn: number;
  #last: (ColumnSpans & { first: Float64Array; last: Float64Array }) | null = null;

  constructor(range: Range, scale: Scale, columns: number) {
    this.#range = range;
    this.#scale = scale;
    this.#columns = columns;
    this.#from = toCoordinate(scale, range[0]);
    this.#perColumn = (toCoordinate(scale, range[1]) - this.#from) / columns;
  }

  /** Most lines of a map lie at the same places: those of the last one are kept. */
  of(first: Float64Array, last: Float64Array): ColumnSpans {
    const known = this.#last;
    if (known !== null && areEqual(known.first, first) && areEqual(known.last, last)) return known;
    const [from, to] = [new Int32Array(first.length), new Int32Array(first.length)];
    for (let i = 0; i < first.length; i++) {
      const isOut = last[i] < this.#range[0] || first[i] > this.#range[1];
      from[i] = isOut ? -1 : this.#columnOf(first[i]);
      to[i] = isOut ? -1 : this.#columnOf(last[i]);
    }
    this.#last = { first, last, from, to };
    return this.#last;
  }

  #columnOf(x: number): number {
    if (!(this.#perColumn > 0)) return 0;
    const along = toCoordinate(this.#scale, Math.max(x, this.#range[0])) - this.#from;
    return Math.min(this.#columns - 1, Math.max(0, Math.floor(along / this.#perColumn)));
  }
}

function areEqual(one: Float64Array, other: Float64Array): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

function addFinite(
  { mean, low, high, state }: HeatCells,
  start: number,
  line: Line,
  { from, to }: ColumnSpans,
  counts: Uint32Array,
): void {
  const { y, low: lows, high: highs } = line;
  for (let i = 0; i < y.length; i++) {
    if (from[i] < 0 || !Number.isFinite(y[i])) continue;
    for (let column = from[i]; column <= to[i]; column++) {
      const cell = start + column;
      counts[column]++;
      mean[cell] += y[i];
      if (lows[i] < low[cell]) low[cell] = lows[i];
      if (highs[i] > high[cell]) high[cell] = highs[i];
      state[cell] = FINITE;
    }
  }
}

/** Whether there is any value that is not finite. NaN takes its cell before an infinity does. */
function addOthers({ state }: HeatCells, start: number, marks: Marks, { from, to }: ColumnSpans): boolean {
  let hasAny = false;
  for (let i = 0; i < marks.x.length; i++) {
    if (from[i] < 0) continue;
    hasAny = true;
    const other = marks.nan[i] > 0 ? NAN : marks.negInf[i] > 0 ? NEGATIVE_INFINITY : POSITIVE_INFINITY;
    for (let column = from[i]; column <= to[i]; column++)
      state[start + column] = Math.max(state[start + column], other);
  }
  return hasAny;
}

/** Up to its last record a row has the record before each cell. */
function hold({ columns, mean, low, high, state }: HeatCells, start: number): void {
  let last = start + columns - 1;
  while (last > start && state[last] === NOTHING) last--;
  for (let cell = start + 1; cell < last; cell++) {
    if (state[cell] !== NOTHING || state[cell - 1] === NOTHING) continue;
    mean[cell] = mean[cell - 1];
    low[cell] = low[cell - 1];
    high[cell] = high[cell - 1];
    state[cell] = state[cell - 1];
  }
}

/** Whether all that is behind a cell is exactly 0. */
export function isZero({ low, high, state }: HeatCells, cell: number): boolean {
  return state[cell] === FINITE && low[cell] === 0 && high[cell] === 0;
}

/** Zeros say nothing of how the others lie: a dead layer among some of many magnitudes leaves these apart. */
function extentOfCells({ mean, low, high, state }: HeatCells): Range | null {
  let hasZero = false;
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let cell = 0; cell < state.length; cell++) {
    if (state[cell] !== FINITE) continue;
    if (low[cell] === 0 && high[cell] === 0) hasZero = true;
    else {
      if (mean[cell] < lowest) lowest = mean[cell];
      if (mean[cell] > highest) highest = mean[cell];
    }
  }
  if (lowest > highest) return hasZero ? [0, 0] : null;
  return [lowest, highest];
}

/** Where a value that is not finite begins: a column, and one of the states. */
export interface Onset {
  column: number;
  state: number;
}

/** The first columns of each stretch in which any row has values of a state that is not finite. */
export function onsets({ rows, columns, state }: HeatCells): Onset[] {
  const found: Onset[] = [];
  for (const other of [POSITIVE_INFINITY, NEGATIVE_INFINITY, NAN]) {
    let was = false;
    for (let column = 0; column < columns; column++) {
      let is = false;
      for (let row = 0; row < rows && !is; row++) is = state[row * columns + column] === other;
      if (is && !was) found.push({ column, state: other });
      was = is;
    }
  }
  return found;
}
