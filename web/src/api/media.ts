/** `GET ./api/value` with `format=media`: one picture or sound (docs/http-api.md, "Everything else"). */

import { request } from "./request";

export interface MediaAsked {
  /** The ids of a tag and of a run, and the place of the value among those of both. */
  tag: string;
  run: string;
  index: number;
  /** Which of those that were recorded together. */
  part: number;
}

/** An answer whose body has not been read yet. */
export interface MediaAnswer {
  step: number;
  /** How many were recorded together. */
  parts: number;
  response: Response;
}

/** The address of what was recorded, for requests and for downloads. */
export function mediaAddress({ tag, run, index, part }: MediaAsked, width: number | null = null): string {
  const parameters = new URLSearchParams({ tag, run, index: String(index), format: "media" });
  if (part > 0) parameters.set("part", String(part));
  if (width !== null) parameters.set("width", String(width));
  return `./api/value?${parameters}`;
}

/** What the answer's header `Cutaway-<name>` says; null where it has none. */
export function told({ response: { headers } }: { response: Response }, name: string): string | null {
  return headers.get(`Cutaway-${name}`);
}

/** Throws an AnswerError for what is damaged, too large or gone. */
export async function fetchMedia(address: string, signal?: AbortSignal): Promise<MediaAnswer> {
  const response = await request(address, signal === undefined ? {} : { signal });
  const number = (name: string): number | null => {
    const value = told({ response }, name);
    return value === null ? null : Number(value);
  };
  return { step: number("Step") ?? Number.NaN, parts: number("Parts") ?? 1, response };
}
