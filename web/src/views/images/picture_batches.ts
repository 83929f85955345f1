/**
 * Pictures that are wished for at the same time are asked for together: a browser has six connections to a server, and a
 * grid has dozens of pictures, each of which would take a turn of its own.
 */

import { fetchPictures, type PictureAnswer, type PictureAsked } from "../../api/pictures";
import { AnswerError } from "../../api/request";

interface Asked {
  picture: PictureAsked;
  /** Of its record. */
  bytes: number;
  signal: AbortSignal;
  resolve(answer: PictureAnswer): void;
  reject(error: unknown): void;
}

/** Of one request, which is to be answered soon: the server would take more. A larger picture is alone in its request. */
export const MOST_PICTURES = 64;
export const MOST_BYTES = 1 << 20;
/** Requests at a time: of the six connections others need some. */
const SIMULTANEOUS = 3;

export class PictureBatches {
  #waiting: Asked[] = [];
  #requests = 0;
  #isPlanned = false;

  /** One picture, of a record of so many bytes. Throws an AnswerError with its own status, or that of the whole answer. */
  ask(picture: PictureAsked, bytes: number, signal: AbortSignal): Promise<PictureAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ picture, bytes, signal, resolve, reject });
      if (this.#isPlanned) return;
      this.#isPlanned = true;
      queueMicrotask(() => {
        this.#isPlanned = false;
        this.#send();
      });
    });
  }

  #send(): void {
    while (this.#requests < SIMULTANEOUS) {
      const batch = this.#next();
      if (batch.length === 0) return;
      void this.#fetch(batch);
    }
  }

  /** The oldest that are still wished for. */
  #next(): Asked[] {
    const batch: Asked[] = [];
    let bytes = 0;
    while (this.#waiting.length > 0 && batch.length < MOST_PICTURES) {
      const [first] = this.#waiting;
      if (batch.length > 0 && bytes + first.bytes > MOST_BYTES) break;
      this.#waiting.shift();
      if (first.signal.aborted) {
        first.reject(first.signal.reason);
        continue;
      }
      bytes += first.bytes;
      batch.push(first);
    }
    return batch;
  }

  async #fetch(batch: readonly Asked[]): Promise<void> {
    this.#requests++;
    const controller = new AbortController();
    for (const { signal } of batch)
      signal.addEventListener("abort", () => {
        if (batch.every((asked) => asked.signal.aborted)) controller.abort();
      });
    try {
      const pictures = batch.map(({ picture }) => picture);
      const answers = await fetchPictures(pictures, { signal: controller.signal });
      for (const [i, answer] of answers.entries())
        if (answer instanceof AnswerError) batch[i].reject(answer);
        else batch[i].resolve(answer);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    this.#requests--;
    this.#send();
  }
}
