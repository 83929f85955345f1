/** The values of a picture's pixels as a reader sees them, and how exact they are. */

import type { Picture } from "./load_picture";
import { pixelsOf } from "./pixels";
import { type PngValues, pngValues } from "./png_values";

export interface PixelValues extends PngValues {
  /** What has to be known of the values; empty where they are the recorded ones. */
  note: string;
}

const kept = new WeakMap<Picture, Promise<PixelValues>>();

/** Each picture is read once. */
export function valuesOf(picture: Picture): Promise<PixelValues> {
  let values = kept.get(picture);
  if (values === undefined) {
    values = read(picture);
    kept.set(picture, values);
  }
  return values;
}

async function read(picture: Picture): Promise<PixelValues> {
  const isPng = picture.isRecorded && picture.blob.type === "image/png";
  const exact = isPng ? await pngValues(picture.blob) : null;
  if (exact !== null) return { ...exact, note: "" };
  const { width, height, data } = pixelsOf(picture.bitmap);
  return { width, height, channels: 4, bits: 8, data: new Uint8Array(data.buffer), note: noteOn(picture) };
}

function noteOn(picture: Picture): string {
  if (picture.bitmap.width !== picture.width)
    return "of a smaller copy: the picture is too large for the page";
  if (!picture.isRecorded) return "of a copy of eight bits";
  if (picture.animation !== null) return "of the first frame";
  return picture.blob.type === "image/png" ? "as the browser shows them" : "as the browser decodes them";
}

/** "128", "12, 200, 7", "12, 200, 7, α 128"; with the bits of values where they are not eight. */
export function valueText({ channels, bits, data, width }: PixelValues, x: number, y: number): string {
  const at = (y * width + x) * channels;
  const values = [...data.subarray(at, at + channels)];
  const alpha = channels % 2 === 0 ? values.pop() : undefined;
  // What has no alpha of its own comes with a full one from a canvas.
  const shown = alpha === undefined || (alpha === 255 && bits === 8) ? values : [...values, `α ${alpha}`];
  return `${shown.join(", ")}${bits === 8 ? "" : ` of ${bits} bits`}`;
}
