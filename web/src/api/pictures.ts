/** `POST ./api/pictures`: many pictures in one answer, as they were recorded or smaller (docs/http-api.md, "Many pictures"). */

import { decodeFrame } from "./frame";
import type { MediaAsked } from "./media";
import { AnswerError, post } from "./request";
import type { Place } from "./values";

export interface PictureAsked extends MediaAsked {
  /** At most so many pixels wide, from 16 to 2048; null for the picture as it was recorded. */
  width: number | null;
}

/** The picture of the value at a place, null for the newest: wherever that is among the others. */
export interface PlacedPicture extends Omit<PictureAsked, "index"> {
  at: Place | null;
}

export interface PictureAnswer {
  /** Of the record: where it is among the values of its tag and run. */
  index: number;
  step: number;
  /** Seconds since the epoch. */
  wallTime: number;
  /** Of the record. */
  bytes: number;
  /** How many pictures were recorded together. */
  parts: number;
  /** The recorded size in pixels; null where the picture's own header says none. */
  size: { width: number; height: number } | null;
  /** What was sent, with its media type. */
  blob: Blob;
}

interface Described {
  status: number;
  problem: string;
  index: number | null;
  step: number | null;
  wall_time: number | string | null;
  bytes: number | null;
  parts: number;
  media_type: string;
  width: number | null;
  height: number | null;
  length: number;
}

interface Options {
  signal?: AbortSignal;
  /** Of records that are read for the answer: others are left out of it. Without it the first is read in any case. */
  mostBytes?: number;
}

/** Of each picture that is asked for, in order, the picture or why it is not in the answer. */
export async function fetchPictures(
  asked: readonly (PictureAsked | PlacedPicture)[],
  { signal, mostBytes }: Options = {},
): Promise<(PictureAnswer | AnswerError)[]> {
  const response = await post("./api/pictures", { pictures: asked, most_bytes: mostBytes }, signal);
  return decodePictures(await response.arrayBuffer(), asked.length);
}

/** Read the frame of an answer. Throws when it is not one. */
export function decodePictures(buffer: ArrayBuffer, count: number): (PictureAnswer | AnswerError)[] {
  const { header, columns } = decodeFrame(buffer);
  const described = header.pictures as Described[];
  const data = columns.data as Uint8Array<ArrayBuffer> | undefined;
  if (data === undefined) throw new Error("the answer has no column data");
  if (described.length !== count)
    throw new Error(`the answer has ${described.length} pictures, and ${count} were asked for`);
  let end = 0;
  return described.map(({ status, problem, index, step, wall_time, bytes, ...picture }) => {
    const { parts, media_type, width, height, length } = picture;
    const start = end;
    end += length;
    if (status !== 200 || index === null || step === null || bytes === null)
      return new AnswerError(status, problem);
    return {
      // A time that is not finite is a word.
      ...{ index, step, wallTime: Number(wall_time), bytes, parts },
      size: width === null || height === null ? null : { width, height },
      blob: new Blob([data.subarray(start, end)], { type: media_type }),
    };
  });
}
