/** `POST ./api/pictures`: many pictures in one answer, as they were recorded or smaller (docs/http-api.md, "Many pictures"). */

import { decodeFrame } from "./frame";
import type { MediaAsked } from "./media";
import { AnswerError, post } from "./request";

export interface PictureAsked extends MediaAsked {
  /** At most so many pixels wide, from 16 to 2048; null for the picture as it was recorded. */
  width: number | null;
}

export interface PictureAnswer {
  step: number;
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
  step: number | null;
  parts: number;
  media_type: string;
  width: number | null;
  height: number | null;
  length: number;
}

/** Of each picture that is asked for, in order, the picture or why it is not in the answer. */
export async function fetchPictures(
  asked: readonly PictureAsked[],
  signal?: AbortSignal,
): Promise<(PictureAnswer | AnswerError)[]> {
  const pictures = asked.map(({ tag, run, index, part, width }) => ({ tag, run, index, part, width }));
  const response = await post("./api/pictures", { pictures }, signal);
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
  return described.map(({ status, problem, step, parts, media_type, width, height, length }) => {
    const start = end;
    end += length;
    if (status !== 200 || step === null) return new AnswerError(status, problem);
    return {
      ...{ step, parts },
      size: width === null || height === null ? null : { width, height },
      blob: new Blob([data.subarray(start, end)], { type: media_type }),
    };
  });
}
