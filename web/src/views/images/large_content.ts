/** What a large frame draws: a picture as it is adjusted, two of them side by side of a divider, or their difference. */

import type { ComponentChild } from "preact";
import type { Picture } from "./load_picture";
import { type Adjustment, adjust, difference, isAsRecorded, pixelsOf } from "./pixels";
import type { Extent } from "./zoom";

export type Source = ImageBitmap | HTMLCanvasElement;

export interface Layer {
  source: Source;
  /** The part of the frame's width that it is seen in, as shares. */
  from: number;
  to: number;
}

export interface Drawn {
  /** The size of the picture in its own pixels. */
  extent: Extent;
  layers: readonly Layer[];
  /** The pictures whose values are under the pointer. */
  pictures: readonly Picture[];
  /** What stands over the picture. */
  over?: ComponentChild;
}

function canvasOf(pixels: ImageData): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  return canvas;
}

/** A picture as it is shown. */
export function adjusted({ bitmap }: Picture, adjustment: Adjustment): Source {
  // One that was closed is about to be replaced.
  if (isAsRecorded(adjustment) || bitmap.width === 0) return bitmap;
  const pixels = pixelsOf(bitmap);
  adjust(pixels.data, adjustment);
  return canvasOf(pixels);
}

/** The difference of two pictures as it is shown, and in words; words alone where there is none to show. */
export function differenceOf(
  one: Picture,
  other: Picture,
  adjustment: Adjustment,
): { source: Source | null; words: string } {
  const [a, b] = [one.bitmap, other.bitmap];
  if (a.width !== b.width || a.height !== b.height || one.width !== other.width) {
    const words = `The pictures differ in size: ${one.width}×${one.height} and ${other.width}×${other.height}.`;
    return { source: null, words };
  }
  if (a.width === 0) return { source: null, words: "" };
  const pixels = pixelsOf(a);
  const { rgba, greatest, pixels: differing } = difference(pixels.data, pixelsOf(b).data);
  pixels.data.set(rgba);
  adjust(pixels.data, adjustment);
  const share = (100 * differing) / (a.width * a.height);
  const words =
    greatest === 0
      ? "No difference."
      : `${share < 1 ? share.toPrecision(2) : Math.round(share)} % of pixels differ, by ${greatest} at most`;
  return { source: canvasOf(pixels), words };
}
