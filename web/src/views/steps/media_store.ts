/**
 * Pictures and sounds by what they are of: kept up to a bound, asked for a few at a time in the order of the wishes, each once.
 *
 * An owner (a place on screen) has one wish at a time; its newest is what counts, and a request that nobody waits for
 * any more is ended. What owners may wish for next is asked for when there is nothing else to do. A media that an owner
 * wishes for is kept whatever the bound is. What is recorded never changes, so neither does a media, nor what is wrong with
 * a damaged one.
 */

import { AnswerError } from "../../api/request";
import { reasonOf } from "../../kit/reason";

export interface Stored {
  /** Of memory. */
  bytes: number;
  /** Whether there is none with more pixels. */
  isFull: boolean;
  /** Give the memory back. */
  close(): void;
}

export interface Wish<Media extends Stored> {
  key: string;
  /** Whether one that was made smaller is not enough. */
  isFull: boolean;
  load(signal: AbortSignal): Promise<Media>;
  settle(result: Result<Media>): void;
}

export type Result<Media> = { media: Media; problem: null } | { media: null; problem: string };

interface Options {
  mostBytes: number;
  simultaneous: number;
}

interface Request {
  key: string;
  isFull: boolean;
  /** Whether nobody had wished for it yet: it is not ended. */
  isAhead: boolean;
  controller: AbortController;
}

const RETRY_INTERVAL = 2000;

export class MediaStore<Media extends Stored> {
  readonly #options: Options;
  /** The newest wish of each owner, oldest first. */
  readonly #wishes = new Map<object, Wish<Media>>();
  /** What each owner may wish for next, and what has not been asked for yet. */
  readonly #ahead = new Map<object, Wish<Media>[]>();
  /** Those that were used last are at the end. */
  readonly #known = new Map<string, Result<Media>>();
  readonly #requests = new Set<Request>();
  /** Keys whose request failed in a way that may pass. */
  readonly #waiting = new Set<string>();
  #bytes = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Of what is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Set what an owner wishes for; null for nothing more. The answer is what is known already, else null: then the wish
   * is settled later, unless another one replaces it. What the owner may wish for next is asked for, once, when all
   * wishes have been met.
   */
  want(owner: object, wish: Wish<Media> | null, ahead: readonly Wish<Media>[] = []): Result<Media> | null {
    this.#wishes.delete(owner);
    this.#ahead.delete(owner);
    if (wish !== null) this.#wishes.set(owner, wish);
    if (ahead.length > 0) this.#ahead.set(owner, [...ahead]);
    const found = wish === null ? null : this.found(wish);
    if (found !== null && wish !== null) {
      this.#known.delete(wish.key);
      this.#known.set(wish.key, found);
    }
    this.#endUnwanted();
    this.#startNext();
    return found;
  }

  /** Keep a media that came before anybody wished for it. */
  offer(key: string, media: Media): void {
    if (this.#known.has(key)) media.close();
    else this.#keep(key, { media, problem: null });
  }

  /** What is known of a media already; null where it would be asked for. */
  found({ key, isFull }: Pick<Wish<Media>, "key" | "isFull">): Result<Media> | null {
    const found = this.#known.get(key);
    if (found === undefined) return null;
    return isFull && found.media !== null && !found.media.isFull ? null : found;
  }

  #endUnwanted(): void {
    const wanted = new Set<string>();
    const wantedSmaller = new Set<string>();
    for (const { key, isFull } of this.#wishes.values()) {
      wanted.add(key);
      if (!isFull) wantedSmaller.add(key);
    }
    for (const request of this.#requests) {
      if (request.isAhead || (request.isFull ? wanted : wantedSmaller).has(request.key)) continue;
      this.#requests.delete(request);
      request.controller.abort();
    }
  }

  #answers(request: Request, wish: Wish<Media>): boolean {
    return wish.key === request.key && (request.isFull || !wish.isFull);
  }

  #startNext(): void {
    let isMet = true;
    for (const wish of this.#wishes.values()) {
      if (this.#requests.size >= this.#options.simultaneous) return;
      if (this.#waiting.has(wish.key) || this.found(wish) !== null) continue;
      isMet = false;
      this.#start(wish, false);
    }
    if (isMet) this.#startAhead();
  }

  #startAhead(): void {
    for (const wishes of this.#ahead.values())
      while (wishes.length > 0) {
        // Half is left to what is wished for meanwhile.
        if (this.#requests.size >= this.#options.simultaneous / 2) return;
        const wish = wishes.shift() as Wish<Media>;
        if (!this.#waiting.has(wish.key) && this.found(wish) === null) this.#start(wish, true);
      }
  }

  #start(wish: Wish<Media>, isAhead: boolean): void {
    for (const request of this.#requests) if (this.#answers(request, wish)) return;
    void this.#load(wish, isAhead);
  }

  async #load(wish: Wish<Media>, isAhead: boolean): Promise<void> {
    const request = { key: wish.key, isFull: wish.isFull, isAhead, controller: new AbortController() };
    this.#requests.add(request);
    let result: Result<Media>;
    try {
      result = { media: await wish.load(request.controller.signal), problem: null };
    } catch (error) {
      result = { media: null, problem: reasonOf(error) };
      if (this.#requests.has(request) && mayPass(error)) {
        this.#requests.delete(request);
        this.#retry(wish.key, result);
        return;
      }
    }
    // Nobody waits for it any more.
    if (!this.#requests.delete(request)) {
      result.media?.close();
      return;
    }
    this.#keep(wish.key, result);
    this.#settle(request, result);
    this.#startNext();
  }

  #retry(key: string, result: Result<Media>): void {
    this.#waiting.add(key);
    setTimeout(() => {
      this.#waiting.delete(key);
      this.#startNext();
    }, RETRY_INTERVAL);
    for (const wish of [...this.#wishes.values()]) if (wish.key === key) wish.settle(result);
    this.#startNext();
  }

  #settle(request: Request, result: Result<Media>): void {
    for (const wish of [...this.#wishes.values()]) if (this.#answers(request, wish)) wish.settle(result);
  }

  #keep(key: string, result: Result<Media>): void {
    const before = this.#known.get(key)?.media ?? null;
    // The smaller one may be on screen: it is the collector's.
    if (before !== null) this.#bytes -= before.bytes;
    this.#known.delete(key);
    this.#known.set(key, result);
    this.#bytes += result.media?.bytes ?? 0;
    const wanted = new Set([...this.#wishes.values()].map((wish) => wish.key));
    for (const [other, { media }] of this.#known) {
      if (this.#bytes <= this.#options.mostBytes) return;
      if (media === null || wanted.has(other)) continue;
      this.#known.delete(other);
      this.#bytes -= media.bytes;
      media.close();
    }
  }
}

/** A server that is gone, or started anew, so that ids are others; what is damaged stays so. */
function mayPass(error: unknown): boolean {
  return !(error instanceof AnswerError) || error.status === 404 || error.status >= 500;
}
