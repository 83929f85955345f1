/** The pixels of the map: a stripe for each line, a column for each bucket of steps, and marks that no zoom hides. */

import { HAS_NAN, HAS_NEG_INF, HAS_POS_INF, type LayerMap, MEASURED } from "../../api/layers";
import { NAN, POSITIVE_INFINITY } from "../../charts/heat_cells";
import { OTHERS } from "../../charts/heat_map";
import type { Range } from "../../series/axis";
import { type ColourLimits, pixelTable, shadeOf } from "./colours";
import type { Against } from "./layers_link";
import type { Colouring } from "./statistics";

/** What a cell is, whatever its value; the worst has the highest number. */
export const NOTHING = 0;
export const VALUE = 1;
export const ZERO = 2;
export const INFINITE = 3;
export const NOT_A_NUMBER = 4;

export function stateOf(marks: number): number {
  if ((marks & HAS_NAN) !== 0) return NOT_A_NUMBER;
  if ((marks & (HAS_POS_INF | HAS_NEG_INF)) !== 0) return INFINITE;
  if (marks === MEASURED) return ZERO;
  return (marks & MEASURED) === 0 ? NOTHING : VALUE;
}

/** Where the buckets are, in pixels from the left of the plot. */
export interface Columns {
  start: Int32Array;
  end: Int32Array;
}

/** A logging step holds until the next one, but where that is so many times as far as those around it are. */
const LONGEST_HELD = 4;

/** How many steps the last logging step holds: as many as the one before it. */
export function tailOf({ first, last, count }: Pick<LayerMap, "first" | "last" | "count">): number {
  const n = first.length;
  if (n === 0) return 1;
  if (count[n - 1] > 1) return Math.max(1, (last[n - 1] - first[n - 1]) / (count[n - 1] - 1));
  return n > 1 ? Math.max(1, first[n - 1] - last[n - 2]) : 1;
}

/** `width` is that of the plot in pixels. */
export function columnsOf(
  map: Pick<LayerMap, "first" | "last" | "count">,
  range: Range,
  width: number,
): Columns {
  const { first, last } = map;
  const buckets = first.length;
  const [start, end] = [new Int32Array(buckets), new Int32Array(buckets)];
  const perStep = width / (range[1] - range[0]);
  const pixel = (step: number): number =>
    Math.max(0, Math.min(width, Math.round((step - range[0]) * perStep)));
  const gap = (i: number): number => (i >= 0 && i + 1 < buckets ? first[i + 1] - last[i] : 0);
  for (let i = 0; i < buckets; i++) {
    const around = Math.max(gap(i - 1), gap(i + 1));
    // Of the first and the last gap nobody knows whether there are more like it.
    const isAtEnd = i === 0 || i + 2 >= buckets;
    const isHeld = i + 1 < buckets && (isAtEnd || gap(i) <= LONGEST_HELD * around);
    start[i] = pixel(first[i]);
    end[i] = pixel(isHeld ? first[i + 1] : last[i] + (i + 1 < buckets ? around : tailOf(map)));
  }
  return { start, end };
}

/** The bucket at a pixel; -1 where there is none. */
export function bucketAt({ start, end }: Columns, pixel: number): number {
  let found = -1;
  for (let i = 0; i < start.length && start[i] <= pixel; i++)
    if (pixel < Math.max(end[i], start[i] + 1)) found = i;
  return found;
}

export interface MapLook {
  limits: ColourLimits;
  colouring: Colouring;
  against: Against;
  /** Red, green and blue of what is behind the map. */
  ground: readonly [number, number, number];
  /** Pixels of the canvas for each of CSS. */
  ratio: number;
}

/** The least width of a cell that is not finite, in CSS pixels. */
export const LEAST_MARK = 3;
/** The distance of hatching's strokes, in CSS pixels. */
const HATCH = 5;

export function pixelOf([red, green, blue]: readonly [number, number, number]): number {
  return new Uint32Array(new Uint8Array([red, green, blue, 255]).buffer)[0];
}

const colourOf = (state: number): number => pixelOf(OTHERS.get(state) ?? [0, 0, 0]);

/**
 * Paint one line of the map into rows `top` to `bottom` of a picture of `width` pixels; `row` is its row of the map. Where
 * nothing was measured the picture is left as it is.
 */
export function paintLine(
  picture: Uint32Array,
  width: number,
  [top, bottom]: Range,
  map: Pick<LayerMap, "buckets" | "value" | "marks">,
  row: number,
  columns: Columns,
  look: MapLook,
): void {
  const { limits, colouring, against, ground, ratio } = look;
  const table = pixelTable(limits);
  const line = new Uint32Array(width);
  const special: { start: number; end: number; state: number }[] = [];
  for (let bucket = 0; bucket < map.buckets; bucket++) {
    const cell = row * map.buckets + bucket;
    const state = stateOf(map.marks[cell]);
    if (state === NOTHING) continue;
    const start = columns.start[bucket];
    const end = Math.max(columns.end[bucket], start + 1);
    const shade = shadeOf(map.value[cell], limits, colouring, against);
    // A number that the scale has no place for is beyond its low end.
    line.fill(table[Math.max(0, shade)], start, end);
    if (state !== VALUE) special.push({ start, end, state });
  }
  for (let y = top; y < bottom; y++) {
    const at = y * width;
    for (let x = 0; x < width; x++) if (line[x] !== 0) picture[at + x] = line[x];
  }
  const least = Math.round(LEAST_MARK * ratio);
  special.sort((one, other) => one.state - other.state);
  let lastEnd = -1;
  for (const { start, end, state } of special) {
    const from = Math.max(0, Math.min(start, width - least));
    const to = Math.min(width, Math.max(end, from + least));
    const rows = [top, bottom] as const;
    if (state === ZERO) {
      hatch(picture, width, rows, start, Math.min(width, end), ground, ratio);
      continue;
    }
    if (state === NOT_A_NUMBER) fill(picture, width, rows, from, to, colourOf(NAN));
    else paintInfinity(picture, width, rows, from, to, ground, ratio);
    // A hairline of the ground where it begins, as some colours of the scale are near.
    const hairline = Math.max(1, Math.round(ratio));
    if (from > lastEnd) fill(picture, width, rows, Math.max(0, from - hairline), from, pixelOf(ground));
    lastEnd = to;
  }
}

function fill(
  picture: Uint32Array,
  width: number,
  rows: Range,
  from: number,
  to: number,
  colour: number,
): void {
  for (let y = rows[0]; y < rows[1]; y++) picture.fill(colour, y * width + from, y * width + to);
}

/** Zeros are white and grey strokes, whatever the ground. */
function hatch(
  picture: Uint32Array,
  width: number,
  rows: Range,
  from: number,
  to: number,
  ground: readonly [number, number, number],
  ratio: number,
): void {
  const isDark = ground[0] < 128;
  const [paper, stroke] = isDark
    ? [pixelOf([44, 48, 55]), pixelOf([196, 201, 208])]
    : [pixelOf([255, 255, 255]), pixelOf([120, 126, 136])];
  const distance = Math.round(HATCH * ratio);
  const wide = Math.max(1, Math.round(1.4 * ratio));
  for (let y = rows[0]; y < rows[1]; y++)
    for (let x = from; x < to; x++) picture[y * width + x] = (x + y) % distance < wide ? stroke : paper;
}

/** A notch in the middle of the upper edge, which is seen without colours too. */
function paintInfinity(
  picture: Uint32Array,
  width: number,
  rows: Range,
  from: number,
  to: number,
  ground: readonly [number, number, number],
  ratio: number,
): void {
  fill(picture, width, rows, from, to, colourOf(POSITIVE_INFINITY));
  const dark = pixelOf(ground[0] < 128 ? ground : [255, 255, 255]);
  const depth = Math.max(1, Math.floor(Math.min((rows[1] - rows[0]) / 2, 4 * ratio)));
  // One for each stretch of some pixels, so that a wide cell is known anywhere.
  const period = Math.max(to - from < 12 * ratio ? to - from : 12 * ratio, 1);
  for (let middle = from + period / 2; middle < to; middle += period) {
    for (let y = 0; y < depth; y++) {
      const half = Math.max(0.5, (depth - y) * 0.8);
      const [left, right] = [
        Math.max(from, Math.round(middle - half)),
        Math.min(to, Math.round(middle + half)),
      ];
      picture.fill(dark, (rows[0] + y) * width + left, (rows[0] + y) * width + right);
    }
  }
}

/** What one line of a map has in sight: the first buckets with it, null for none. */
export interface LineFaults {
  firstNan: number | null;
  firstInfinity: number | null;
  hasZero: boolean;
}

export function faultsOf({ buckets, marks }: Pick<LayerMap, "buckets" | "marks">, row: number): LineFaults {
  const found: LineFaults = { firstNan: null, firstInfinity: null, hasZero: false };
  for (let bucket = 0; bucket < buckets; bucket++) {
    const cell = marks[row * buckets + bucket];
    if ((cell & HAS_NAN) !== 0) found.firstNan ??= bucket;
    if ((cell & (HAS_POS_INF | HAS_NEG_INF)) !== 0) found.firstInfinity ??= bucket;
    found.hasZero ||= cell === MEASURED;
  }
  return found;
}
