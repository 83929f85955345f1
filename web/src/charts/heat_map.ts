/**
 * Heat maps: cells as colours, on a canvas. Values that are not finite have colours of their own, and notches at the edge
 * where they begin: +Inf at the top, −Inf at the bottom, NaN at both. Exact zeros are hatched, and nothing has no colour.
 */

import type { Range } from "../series/axis";
import {
  FINITE,
  type HeatCells,
  isZero,
  NAN,
  NEGATIVE_INFINITY,
  NOTHING,
  onsets,
  POSITIVE_INFINITY,
} from "./heat_cells";

export type Rgb = readonly [number, number, number];

/** Ten colours of equal steps in lightness, from the lowest value to the highest, as those of the viridis scale. */
const SCALE: readonly Rgb[] = [
  ...([
    [68, 1, 84],
    [72, 40, 120],
    [62, 73, 137],
    [49, 104, 142],
    [38, 130, 142],
  ] as const),
  ...([
    [31, 158, 137],
    [53, 183, 121],
    [110, 206, 88],
    [181, 222, 43],
    [253, 231, 37],
  ] as const),
];
/** Blue, grey and red, of equal lightness at both ends. */
const DIVERGING: readonly Rgb[] = [
  ...([
    [33, 76, 156],
    [78, 126, 194],
    [150, 178, 214],
    [214, 216, 220],
    [221, 168, 148],
    [201, 104, 82],
    [158, 34, 40],
  ] as const),
];
/** Of values that are not finite. */
export const OTHERS: ReadonlyMap<number, Rgb> = new Map([
  [NAN, [214, 0, 143]],
  [POSITIVE_INFINITY, [0, 188, 212]],
  [NEGATIVE_INFINITY, [0, 188, 212]],
]);

/** From so many times the lowest value on colours tell magnitudes apart. */
const LOG_FROM = 100;

export interface ColourScale {
  low: number;
  high: number;
  isLog: boolean;
}

/** The scale for values between two bounds. */
export function colourScale([low, high]: Range): ColourScale {
  return { low, high, isLog: low > 0 && high / low >= LOG_FROM };
}

/** The colour of a value; a value alone is in the middle. */
export function heatColour(value: number, { low, high, isLog }: ColourScale): Rgb {
  const [from, to, at] = isLog ? [Math.log(low), Math.log(high), Math.log(value)] : [low, high, value];
  // Halves, since the distance of two doubles may be more than a double holds.
  const share = to > from ? (at / 2 - from / 2) / (to / 2 - from / 2) : 0.5;
  return sequentialAt(share);
}

/** The colour at a share of the scale, 0 for the lowest value. */
export function sequentialAt(share: number): Rgb {
  return colourAt(SCALE, share);
}

/** The colour at a share of a scale about a middle: blue below it, red above. */
export function divergingAt(share: number): Rgb {
  return colourAt(DIVERGING, share);
}

function colourAt(scale: readonly Rgb[], share: number): Rgb {
  const place = Math.min(1, Math.max(0, share)) * (scale.length - 1);
  const below = scale[Math.floor(place)];
  const above = scale[Math.ceil(place)];
  const rest = place - Math.floor(place);
  return [0, 1, 2].map((i) => Math.round(below[i] + (above[i] - below[i]) * rest)) as unknown as Rgb;
}

/** The scale as a CSS gradient, for a legend. */
export const HEAT_GRADIENT = `linear-gradient(to right, ${SCALE.map((rgb) => `rgb(${rgb.join(" ")})`).join(", ")})`;

export interface HeatPixels {
  width: number;
  height: number;
  rgba: Uint8ClampedArray;
  /** The same picture, opaque where any row is exactly 0, and clear elsewhere; null where none is. */
  zeros: Uint8ClampedArray | null;
}

/**
 * The pixels of a picture with a row of pixels for each row of cells, and a column for each column; where there are more
 * rows than `mostRows`, several rows of cells share one: the mean of their means, and a value that is not finite first.
 */
export function heatPixels(cells: HeatCells, mostRows: number): HeatPixels {
  const { rows, columns, mean, state, extent } = cells;
  const height = Math.max(1, Math.min(rows, Math.floor(mostRows)));
  const rgba = new Uint8ClampedArray(height * columns * 4);
  const scale = colourScale(extent ?? [0, 0]);
  const zeros = new Uint8ClampedArray(rgba.length);
  let hasZeros = false;
  for (let pixelRow = 0; pixelRow < height; pixelRow++) {
    const from = Math.floor((pixelRow * rows) / height);
    const to = Math.max(from + 1, Math.floor(((pixelRow + 1) * rows) / height));
    for (let column = 0; column < columns; column++) {
      let worst = NOTHING;
      let sum = 0;
      let count = 0;
      let hasZero = false;
      for (let row = from; row < Math.min(to, rows); row++) {
        const cell = row * columns + column;
        worst = Math.max(worst, state[cell]);
        if (state[cell] !== FINITE) continue;
        hasZero ||= isZero(cells, cell);
        sum += mean[cell];
        count++;
      }
      if (worst === NOTHING) continue;
      const colour = OTHERS.get(worst) ?? heatColour(sum / count, scale);
      const pixel = (pixelRow * columns + column) * 4;
      rgba[pixel] = colour[0];
      rgba[pixel + 1] = colour[1];
      rgba[pixel + 2] = colour[2];
      rgba[pixel + 3] = 255;
      if (hasZero && worst === FINITE) {
        zeros[pixel + 3] = 255;
        hasZeros = true;
      }
    }
  }
  return { width: columns, height, rgba, zeros: hasZeros ? zeros : null };
}

/** Of hatching and of notches, in CSS pixels. */
const HATCH = 4;
const NOTCH = 4;

/**
 * Draw the cells over the whole of a canvas, each as a rectangle of one colour. `ground` is what is behind the canvas, and
 * `ratio` canvas pixels per CSS pixel.
 */
export function drawHeatMap(
  canvas: HTMLCanvasElement,
  cells: HeatCells,
  ground: string,
  ratio: number,
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (cells.rows === 0 || cells.columns === 0) return;
  const { width, height, rgba, zeros } = heatPixels(cells, canvas.height);
  drawPixels(context, rgba, width, height);
  if (zeros !== null) {
    const hatched = document.createElement("canvas");
    hatched.width = canvas.width;
    hatched.height = canvas.height;
    const pen = hatched.getContext("2d");
    if (pen === null) return;
    drawPixels(pen, zeros, width, height);
    pen.globalCompositeOperation = "source-in";
    drawHatching(pen, ground, ratio);
    context.drawImage(hatched, 0, 0);
  }
  drawNotches(context, cells, ground, ratio);
}

function drawPixels(
  context: CanvasRenderingContext2D,
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
): void {
  const small = document.createElement("canvas");
  small.width = width;
  small.height = height;
  const image = new ImageData(width, height);
  image.data.set(rgba);
  small.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, context.canvas.width, context.canvas.height);
}

/** As one path: "source-in" takes away what the last stroke did not reach. */
function drawHatching(context: CanvasRenderingContext2D, colour: string, ratio: number): void {
  const { width, height } = context.canvas;
  context.strokeStyle = colour;
  context.lineWidth = ratio;
  context.beginPath();
  for (let x = -height; x < width; x += HATCH * ratio) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
}

function drawNotches(
  context: CanvasRenderingContext2D,
  cells: HeatCells,
  ground: string,
  ratio: number,
): void {
  const { width, height } = context.canvas;
  const size = NOTCH * ratio;
  context.strokeStyle = ground;
  context.lineWidth = ratio;
  for (const { column, state } of onsets(cells)) {
    const x = Math.max(size, (column * width) / cells.columns);
    context.fillStyle = `rgb(${(OTHERS.get(state) ?? []).join(" ")})`;
    for (const [edge, inwards, isMarked] of [
      [0, size, state !== NEGATIVE_INFINITY],
      [height, -size, state !== POSITIVE_INFINITY],
    ] as const) {
      if (!isMarked) continue;
      context.beginPath();
      context.moveTo(x - size, edge);
      context.lineTo(x + size, edge);
      context.lineTo(x, edge + 1.5 * inwards);
      context.closePath();
      context.fill();
      context.stroke();
    }
  }
}

/** The row and column under a place of the canvas, as shares of its width and height. */
export function cellAt({ rows, columns }: HeatCells, x: number, y: number): { row: number; column: number } {
  const index = (share: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  return { row: index(y, rows), column: index(x, columns) };
}
