/** `GET ./api/value` with `format=media`: one picture, as it was recorded or smaller (docs/http-api.md, "Everything else"). */

import { request } from "./request";

export interface PictureAsked {
  /** The ids of a tag of images and of a run, and the place of the value among those of both. */
  tag: string;
  run: string;
  index: number;
  /** Which of the pictures that were recorded together. */
  part: number;
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
export function pictureAddress({ tag, run, index, part, width }: PictureAsked): string {
  const parameters = new URLSearchParams({ tag, run, index: String(index), format: "media" });
  if (part > 0) parameters.set("part", String(part));
  if (width !== null) parameters.set("width", String(width));
  return `./api/value?${parameters}`;
}

/** Throws an AnswerError for a picture that is damaged, too large or gone. */
export async function fetchPicture(asked: PictureAsked, signal?: AbortSignal): Promise<PictureAnswer> {
  const response = await request(pictureAddress(asked), signal === undefined ? {} : { signal });
  const told = (name: string): number | null => {
    const value = response.headers.get(`Cutaway-${name}`);
    return value === null ? null : Number(value);
  };
  const [width, height] = [told("Width"), told("Height")];
  return {
    step: told("Step") ?? Number.NaN,
    parts: told("Parts") ?? 1,
    size: width === null || height === null ? null : { width, height },
    mediaType: response.headers.get("Content-Type") ?? "",
    blob: () => response.blob(),
    cancel: () => void response.body?.cancel(),
  };
}
