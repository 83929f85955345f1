/**
 * A picture of the log as the page can draw it. Its size is known before anything is decoded: a few bytes may promise more
 * pixels than a browser has room for, and such a picture comes from the server, smaller, or with what is wrong with it.
 */

import { fetchPicture, type PictureAnswer, type PictureAsked } from "../../api/picture";
import type { Stored } from "../steps/media_store";

export interface Picture extends Stored {
  /** As it was recorded, in pixels; of what says no size the size that it was decoded to. */
  width: number;
  height: number;
  /** How many were recorded together. */
  parts: number;
  /** What was sent: a picture as it was recorded, or a smaller PNG. */
  blob: Blob;
  /** Whether `blob` has the bytes of the record. */
  isRecorded: boolean;
  /** Its pixels; of an animation those of the first frame. */
  bitmap: ImageBitmap;
  /** The address of an animation, which an element plays; else null. */
  animation: string | null;
}

/** A recorded picture of more pixels is asked for smaller. */
const MOST_PIXELS = 1 << 25;
/** Beyond these a card that is not large has fewer pixels of a picture, and of bytes it does not ask for all. */
const MOST_PIXELS_OF_CARD = 1 << 20;
const MOST_BYTES_OF_CARD = 1 << 20;
/** The widths of pictures that are asked for smaller: in a card, and in a large one. */
const WIDTH_OF_CARD = 512;
const WIDEST = 2048;

export interface PictureSource extends Omit<PictureAsked, "width"> {
  step: number;
  /** Of the record. */
  bytes: number;
}

/** The pixels as they are in the file: neither turned, nor in another colour space, nor multiplied by their alpha. */
const AS_RECORDED: ImageBitmapOptions = {
  ...{ premultiplyAlpha: "none", colorSpaceConversion: "none", imageOrientation: "none" },
};

/** Throws an Error that says what is wrong with the picture, in the server's words. */
export async function loadPicture(
  source: PictureSource,
  isFull: boolean,
  signal: AbortSignal,
): Promise<Picture> {
  const smaller = isFull ? WIDEST : WIDTH_OF_CARD;
  if (!isFull && source.bytes > MOST_BYTES_OF_CARD) return decodeSmaller(source, smaller, isFull, signal);
  const answer = await ask(source, null, signal);
  const { size, mediaType } = answer;
  const isShown = mediaType.startsWith("image/") && size !== null;
  if (!isShown || size.width * size.height > MOST_PIXELS || size.width * size.height === 0) {
    answer.cancel();
    return decodeSmaller(source, smaller, isFull, signal);
  }
  const isReduced = !isFull && size.width * size.height > MOST_PIXELS_OF_CARD;
  const blob = await answer.blob();
  try {
    const bitmap = await createImageBitmap(blob, {
      ...AS_RECORDED,
      ...(isReduced ? { resizeWidth: Math.min(size.width, WIDTH_OF_CARD), resizeQuality: "medium" } : {}),
    });
    return made(answer, blob, bitmap, { isFull: !isReduced, isRecorded: true });
  } catch {
    // What the browser cannot decode the server can, or says why not.
    return decodeSmaller(source, smaller, isFull, signal);
  }
}

async function ask(source: PictureSource, width: number | null, signal: AbortSignal): Promise<PictureAnswer> {
  const { tag, run, index, part } = source;
  const answer = await fetchPicture({ tag, run, index, part, width }, signal);
  if (answer.step === source.step) return answer;
  answer.cancel();
  throw new Error("The run was resumed, and its values are being listed anew.");
}

async function decodeSmaller(
  source: PictureSource,
  width: number,
  isFull: boolean,
  signal: AbortSignal,
): Promise<Picture> {
  const answer = await ask(source, width, signal);
  const blob = await answer.blob();
  const bitmap = await createImageBitmap(blob, AS_RECORDED);
  const isWhole = answer.size !== null && answer.size.width === bitmap.width;
  return made(answer, blob, bitmap, { isFull: isFull || isWhole, isRecorded: false });
}

function made(
  { parts, size, mediaType }: PictureAnswer,
  blob: Blob,
  bitmap: ImageBitmap,
  { isFull, isRecorded }: { isFull: boolean; isRecorded: boolean },
): Picture {
  const animation = mediaType === "image/gif" ? URL.createObjectURL(blob) : null;
  return {
    ...(size ?? { width: bitmap.width, height: bitmap.height }),
    ...{ parts, blob, bitmap, animation, isFull, isRecorded },
    bytes: 4 * bitmap.width * bitmap.height + blob.size,
    close: () => {
      bitmap.close();
      if (animation !== null) URL.revokeObjectURL(animation);
    },
  };
}
