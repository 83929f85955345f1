/** A change of a chart's ranges that the eye can follow; at once for who wants less motion. */

import type { Range, Scale } from "../series/axis";
import { fromCoordinate, toCoordinate } from "../series/scale";

/** Milliseconds. */
export const DURATION = 120;

/** A range on the way from one to another, as it is seen on its axis. */
export function between(
  from: Range,
  to: Range,
  share: number,
  scale: Scale,
  threshold = 1,
): [number, number] {
  if (share >= 1) return [to[0], to[1]];
  const at = (end: 0 | 1): number => {
    const [start, goal] = [from[end], to[end]].map((value) => toCoordinate(scale, value, threshold));
    return fromCoordinate(scale, start + (goal - start) * share, threshold);
  };
  return [at(0), at(1)];
}

export function isMotionWanted(): boolean {
  return !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Calls `draw` with a share from 0 to 1 that slows down towards the end, once a frame. */
export class Motion {
  #frame = 0;
  readonly #draw: (share: number) => void;
  readonly #duration: number;

  constructor(draw: (share: number) => void, duration = DURATION) {
    this.#draw = draw;
    this.#duration = duration;
  }

  get isRunning(): boolean {
    return this.#frame !== 0;
  }

  start(): void {
    this.stop();
    let begin: number | null = null;
    const step = (now: number): void => {
      begin ??= now;
      const share = Math.min(1, (now - begin) / this.#duration);
      this.#frame = share < 1 ? requestAnimationFrame(step) : 0;
      this.#draw(1 - (1 - share) ** 3);
    };
    this.#frame = requestAnimationFrame(step);
  }

  stop(): void {
    if (this.#frame !== 0) cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }
}
