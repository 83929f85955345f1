/** `GET ./api/value` with `format=media`: one picture, as it was recorded or smaller (docs/http-api.md, "Everything else"). */

import { fetchMedia, type MediaAsked, mediaAddress, told } from "./media";

export interface PictureAsked extends MediaAsked {
  /** At most so many pixels wide, from 16 to 2048; null for the picture as it was recorded. */
  width: number | null;
}

/** An answer whose body has not been read yet. */
export interface PictureAnswer {
  step: number;
  /** How many pictures were recorded together. */
  parts: number;
  /** The recorded size in pixels; null where the picture's own header says none. */
  size: { width: number; height: number } | null;
  /** Of what is sent; `application/octet-stream` for data other than a picture that browsers show. */
  mediaType: string;
  blob(): Promise<Blob>;
  /** End an answer that is not wanted after all. */
  cancel(): void;
}

/** The address of a picture, for requests and for downloads. */
export function pictureAddress(asked: PictureAsked): string {
  return mediaAddress(asked, asked.width);
}

/** Throws an AnswerError for a picture that is damaged, too large or gone. */
export async function fetchPicture(asked: PictureAsked, signal?: AbortSignal): Promise<PictureAnswer> {
  const { step, parts, response } = await fetchMedia(pictureAddress(asked), signal);
  const [width, height] = ["Width", "Height"].map((name) => told({ response }, name));
  return {
    ...{ step, parts },
    size: width === null || height === null ? null : { width: Number(width), height: Number(height) },
    mediaType: response.headers.get("Content-Type") ?? "",
    blob: () => response.blob(),
    cancel: () => void response.body?.cancel(),
  };
}
