/**
 * A picture of the log as the page can draw it. The server knows its size before anything is decoded: a few bytes may promise
 * more pixels than a browser has room for, and such a picture comes smaller, or with what is wrong with it.
 */

import type { MediaAsked } from "../../api/media";
import type { PictureAnswer } from "../../api/pictures";
import { AnswerError } from "../../api/request";
import type { Stored } from "../steps/media_store";
import { PictureBatches } from "./picture_batches";

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

/** Beyond these a card that is not large has fewer pixels of a picture, and of bytes it does not ask for all. */
const MOST_PIXELS_OF_CARD = 1 << 20;
const MOST_BYTES_OF_CARD = 1 << 20;
/** The widths of pictures that are asked for smaller: in a card, and in a large one. */
const WIDTH_OF_CARD = 512;
const WIDEST = 2048;

export interface PictureSource extends MediaAsked {
  step: number;
  /** Of the record. */
  bytes: number;
}

/** The pixels as they are in the file: neither turned, nor in another colour space, nor multiplied by their alpha. */
const AS_RECORDED: ImageBitmapOptions = {
  ...{ premultiplyAlpha: "none", colorSpaceConversion: "none", imageOrientation: "none" },
};

const batches = new PictureBatches();

/** Throws an Error that says what is wrong with the picture, in the server's words. */
export async function loadPicture(
  source: PictureSource,
  isFull: boolean,
  signal: AbortSignal,
): Promise<Picture> {
  const isAskedWhole = isFull || source.bytes <= MOST_BYTES_OF_CARD;
  const recorded = isAskedWhole ? await loadRecorded(source, isFull, signal) : null;
  return recorded ?? loadSmaller(source, isFull, signal);
}

/** As it was recorded; null for a picture that the server makes smaller, or that the browser cannot decode. */
async function loadRecorded(
  source: PictureSource,
  isFull: boolean,
  signal: AbortSignal,
): Promise<Picture | null> {
  let answer: PictureAnswer;
  try {
    answer = await ask(source, null, signal);
  } catch (error) {
    if (error instanceof AnswerError && (error.status === 413 || error.status === 415)) return null;
    throw error;
  }
  return decodedPicture(answer, isFull);
}

/** A picture as it was recorded; null for one that the browser cannot decode. */
export async function decodedPicture(answer: PictureAnswer, isFull: boolean): Promise<Picture | null> {
  const { size, blob } = answer;
  const isReduced = !isFull && size !== null && size.width * size.height > MOST_PIXELS_OF_CARD;
  const resize = isReduced
    ? { resizeWidth: Math.min(size.width, WIDTH_OF_CARD), resizeQuality: "medium" }
    : {};
  try {
    const bitmap = await createImageBitmap(blob, { ...AS_RECORDED, ...resize } as ImageBitmapOptions);
    return made(answer, bitmap, { isFull: !isReduced, isRecorded: true });
  } catch {
    // What the browser cannot decode the server can, or says why not.
    return null;
  }
}

async function loadSmaller(source: PictureSource, isFull: boolean, signal: AbortSignal): Promise<Picture> {
  const answer = await ask(source, isFull ? WIDEST : WIDTH_OF_CARD, signal);
  const bitmap = await createImageBitmap(answer.blob, AS_RECORDED);
  const isWhole = answer.size !== null && answer.size.width === bitmap.width;
  return made(answer, bitmap, { isFull: isFull || isWhole, isRecorded: false });
}

async function ask(source: PictureSource, width: number | null, signal: AbortSignal): Promise<PictureAnswer> {
  const { tag, run, index, part, bytes } = source;
  const answer = await batches.ask({ tag, run, index, part, width }, bytes, signal);
  if (answer.step === source.step) return answer;
  throw new Error("The run was resumed, and its values are being listed anew.");
}

function made(
  { parts, size, blob }: PictureAnswer,
  bitmap: ImageBitmap,
  { isFull, isRecorded }: { isFull: boolean; isRecorded: boolean },
): Picture {
  const animation = blob.type === "image/gif" ? URL.createObjectURL(blob) : null;
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
