/** How images are shown: the images view's part of the link. */

import { slice } from "../../state/link";
import { IMAGE_PARAMETERS } from "./parameters";
import { NO_ZOOM, type Zoom, zoomed } from "./zoom";

/** What stands side by side in a card. */
export const ACROSS = ["runs", "steps"] as const;
export type Across = (typeof ACROSS)[number];
export const SIZES = ["small", "medium", "large"] as const;
export type Size = (typeof SIZES)[number];
/** The width of an image with its frame, in pixels. */
export const WIDTHS: Record<Size, number> = { small: 104, medium: 176, large: 344 };
/** Colours of pictures of one channel. */
export const COLOURS = ["recorded", "viridis"] as const;
export type Colours = (typeof COLOURS)[number];
/** How two pictures are compared. */
export const COMPARISONS = ["side by side", "swipe", "difference"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Bounds of brightness and contrast, in percent. */
export const LEAST = 0;
export const MOST = 500;
export const USUAL = 100;

export interface ImageState {
  /** The tag whose images are large; null for none. */
  expanded: string | null;
  across: Across;
  size: Size;
  /** Whether a pixel of a picture is a pixel of the page, in cards that are not large. */
  isActualSize: boolean;
  /** In percent of what was recorded. */
  brightness: number;
  contrast: number;
  colours: Colours;
  /** The part of all pictures in sight in the large card. */
  zoom: Zoom;
  /** The step whose images those at the place are compared with; null for none. */
  against: number | null;
  comparison: Comparison;
}

function percent(text: string | null): number {
  const number = Number(text ?? USUAL);
  return text !== "" && number >= LEAST && number <= MOST ? number : USUAL;
}

function word<Word extends string>(words: readonly Word[], text: string | null): Word {
  return words.find((known) => known === text) ?? words[0];
}

export function encodeImages(state: ImageState, parameters: URLSearchParams): void {
  const { expanded, across, size, isActualSize, brightness, contrast, colours, zoom } = state;
  if (expanded !== null) parameters.set("large-images", expanded);
  if (across !== "runs") parameters.set("images-across", across);
  if (size !== "medium") parameters.set("image-size", size);
  if (isActualSize) parameters.set("image-pixels", "actual");
  if (brightness !== USUAL) parameters.set("brightness", String(brightness));
  if (contrast !== USUAL) parameters.set("contrast", String(contrast));
  if (colours !== "recorded") parameters.set("image-colours", colours);
  if (zoom.times > 1) parameters.set("image-zoom", [zoom.times, zoom.x, zoom.y].join(","));
  if (state.against !== null) parameters.set("image-against", String(state.against));
  if (state.comparison !== "side by side") parameters.set("images-compared", state.comparison);
}

function decodeZoom(text: string | null): Zoom {
  const numbers = (text ?? "").split(",").map((part) => (part === "" ? Number.NaN : Number(part)));
  if (numbers.length !== 3 || !numbers.every(Number.isFinite)) return NO_ZOOM;
  return zoomed({ times: numbers[0], x: numbers[1], y: numbers[2] });
}

export function decodeImages(parameters: URLSearchParams): ImageState {
  const against = parameters.get("image-against") ?? "";
  return {
    expanded: parameters.get("large-images"),
    across: word(ACROSS, parameters.get("images-across")),
    size: SIZES.find((known) => known === parameters.get("image-size")) ?? "medium",
    isActualSize: parameters.get("image-pixels") === "actual",
    brightness: percent(parameters.get("brightness")),
    contrast: percent(parameters.get("contrast")),
    colours: word(COLOURS, parameters.get("image-colours")),
    zoom: decodeZoom(parameters.get("image-zoom")),
    against: /^-?\d{1,19}$/u.test(against) ? Number(against) : null,
    comparison: word(COMPARISONS, parameters.get("images-compared")),
  };
}

export const { fields: imageFields, change: changeImages } = slice<ImageState>({
  parameters: IMAGE_PARAMETERS,
  encode: encodeImages,
  decode: decodeImages,
  steps: ["expanded", "zoom"],
});
