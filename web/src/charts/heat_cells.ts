/**
 * The cells of a heat map, from lines: a row for each, a column for each stretch of x.
 *
 * A cell has the mean of what lies in its column, and the lowest and highest value of it. Between two records a row holds
 * the earlier one; before its first and behind its last there is nothing. A value that is not finite takes its cell.
 */

import type { Range, Scale } from "../series/axis";
import type { Line } from "../series/line";
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
  const from = toCoordinate(scale, range[0]);
  const perColumn = (toCoordinate(scale, range[1]) - from) / columns;
  /** The columns that a stretch of x lies in; null where it is out of the range. */
  const span = (first: number, last: number): readonly [number, number] | null => {
    if (last < range[0] || first > range[1]) return null;
    const columnOf = (x: number): number =>
      perColumn > 0 ? Math.floor((toCoordinate(scale, Math.max(x, range[0])) - from) / perColumn) : 0;
    const clamped = (column: number): number => Math.min(columns - 1, Math.max(0, column));
    return [clamped(columnOf(first)), clamped(columnOf(last))];
  };
  const counts = new Uint32Array(columns);
  for (const [row, lines] of rows.entries()) {
    const start = row * columns;
    counts.fill(0);
    for (const line of lines) addFinite(cells, start, line, span, counts);
    for (let column = 0; column < columns; column++)
      if (counts[column] > 0) cells.mean[start + column] /= counts[column];
    let hasOther = false;
    for (const line of lines) hasOther = addOthers(cells, start, line, span) || hasOther;
    if (hasOther) cells.rowsNotFinite++;
    hold(cells, start);
  }
  cells.extent = extentOfCells(cells);
  return cells;
}

type Span = (first: number, last: number) => readonly [number, number] | null;

function addFinite(cells: HeatCells, start: number, line: Line, span: Span, counts: Uint32Array): void {
  const { mean, low, high, state } = cells;
  for (let i = 0; i < line.y.length; i++) {
    if (!Number.isFinite(line.y[i])) continue;
    const columns = span(line.first[i], line.last[i]);
    if (columns === null) continue;
    for (let column = columns[0]; column <= columns[1]; column++) {
      const cell = start + column;
      counts[column]++;
      mean[cell] += line.y[i];
      low[cell] = Math.min(low[cell], line.low[i]);
      high[cell] = Math.max(high[cell], line.high[i]);
      state[cell] = FINITE;
    }
  }
}

/** Whether there is any value that is not finite. NaN takes its cell before an infinity does. */
function addOthers({ state }: HeatCells, start: number, { marks }: Line, span: Span): boolean {
  let hasAny = false;
  for (let i = 0; i < marks.x.length; i++) {
    const columns = span(marks.first[i], marks.last[i]);
    if (columns === null) continue;
    hasAny = true;
    const other = marks.nan[i] > 0 ? NAN : marks.negInf[i] > 0 ? NEGATIVE_INFINITY : POSITIVE_INFINITY;
    for (let column = columns[0]; column <= columns[1]; column++)
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
function extentOfCells(cells: HeatCells): Range | null {
  const { mean, state } = cells;
  let hasZero = false;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < state.length; cell++) {
    if (state[cell] !== FINITE) continue;
    if (isZero(cells, cell)) {
      hasZero = true;
      continue;
    }
    low = Math.min(low, mean[cell]);
    high = Math.max(high, mean[cell]);
  }
  if (low > high) return hasZero ? [0, 0] : null;
  return [low, high];
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
