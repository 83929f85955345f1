/** Pixels as they are shown: brighter, with more contrast, in colours; and as the difference of two pictures. */

import { colourScale, heatColour } from "../../charts/heat_map";

/** RGBA, four bytes a pixel, row by row. */
export type Rgba = Uint8ClampedArray;

export interface Adjustment {
  /** In percent of what was recorded: of the distance from black, and from the middle. */
  brightness: number;
  contrast: number;
  /** Whether pictures of one channel are shown in the colours of heat maps. */
  isColoured: boolean;
}

/** What becomes of each of the 256 values of a channel. */
export function levels({ brightness, contrast }: Adjustment): Uint8ClampedArray {
  const found = new Uint8ClampedArray(256);
  for (let value = 0; value < 256; value++)
    found[value] = ((value * brightness) / 100 - 127.5) * (contrast / 100) + 127.5;
  return found;
}

export function isAsRecorded({ brightness, contrast, isColoured }: Adjustment): boolean {
  return brightness === 100 && contrast === 100 && !isColoured;
}

/** Whether red, green and blue are the same in every pixel. */
export function isGrey(rgba: Rgba): boolean {
  for (let at = 0; at < rgba.length; at += 4)
    if (rgba[at] !== rgba[at + 1] || rgba[at] !== rgba[at + 2]) return false;
  return true;
}

const SCALE = colourScale([0, 255]);

/** Change pixels in place; their alpha stays. */
export function adjust(rgba: Rgba, adjustment: Adjustment): void {
  const found = levels(adjustment);
  if (adjustment.isColoured && isGrey(rgba)) {
    const colours = Array.from(found, (value) => heatColour(value, SCALE));
    for (let at = 0; at < rgba.length; at += 4) rgba.set(colours[rgba[at]], at);
    return;
  }
  for (let at = 0; at < rgba.length; at += 4) {
    rgba[at] = found[rgba[at]];
    rgba[at + 1] = found[rgba[at + 1]];
    rgba[at + 2] = found[rgba[at + 2]];
  }
}

export interface Difference {
  /** The distance of each of red, green and blue, or that of alpha where it is greater; opaque. */
  rgba: Rgba;
  /** The greatest distance in any channel, and how many pixels differ. */
  greatest: number;
  pixels: number;
}

/** The difference of two pictures of one size. */
export function difference(one: Rgba, other: Rgba): Difference {
  const rgba = new Uint8ClampedArray(one.length);
  let [greatest, pixels] = [0, 0];
  for (let at = 0; at < one.length; at += 4) {
    const alpha = Math.abs(one[at + 3] - other[at + 3]);
    let most = alpha;
    for (let channel = at; channel < at + 3; channel++) {
      rgba[channel] = Math.max(alpha, Math.abs(one[channel] - other[channel]));
      most = Math.max(most, rgba[channel]);
    }
    rgba[at + 3] = 255;
    greatest = Math.max(greatest, most);
    if (most > 0) pixels++;
  }
  return { rgba, greatest, pixels };
}

/** The pixels of a bitmap. */
export function pixelsOf(bitmap: ImageBitmap): ImageData {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** Draw a picture with its adjustment over a whole canvas of the bitmap's size. */
export function drawAdjusted(canvas: HTMLCanvasElement, bitmap: ImageBitmap, adjustment: Adjustment): void {
  // It is drawn once, and may be read: by the processor at once, without the way through the graphics card.
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  if (isAsRecorded(adjustment)) {
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0);
    return;
  }
  const pixels = pixelsOf(bitmap);
  adjust(pixels.data, adjustment);
  context.putImageData(pixels, 0, 0);
}
