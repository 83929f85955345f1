/** `GET ./api/value` with `format=media`: one picture or sound as it was recorded (docs/http-api.md, "Everything else"). */

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
  /** What TensorFlow 2 recorded beside a sound; empty where there is nothing. */
  label: string;
  response: Response;
}

/** The address of what was recorded, for requests and for downloads. */
export function mediaAddress({ tag, run, index, part }: MediaAsked): string {
  const [tagId, runId] = [tag, run].map(encodeURIComponent);
  return `./api/value?tag=${tagId}&run=${runId}&index=${index}&format=media${part > 0 ? `&part=${part}` : ""}`;
}

/** Throws an AnswerError for what is damaged, too large or gone. */
export async function fetchMedia(address: string, signal?: AbortSignal): Promise<MediaAnswer> {
  const response = await request(address, signal === undefined ? {} : { signal });
  const [step, parts, label] = ["Step", "Parts", "Label"].map((name) =>
    response.headers.get(`Cutaway-${name}`),
  );
  return {
    step: step === null ? Number.NaN : Number(step),
    parts: Number(parts ?? 1),
    label: decodeURIComponent(label ?? ""),
    response,
  };
}
