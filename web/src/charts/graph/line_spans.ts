/**
 * Where lines run in the rows of labels between two rows of boxes: what is written there would hide them. As in Python
 * (`model/graph/drawing/line_spans.py`).
 */

import type { NestedLayout } from "./nested";

/** Pixels below the end of a row of boxes to the base lines that labels may have. */
export const BASE_LINES = [12, 24] as const;
/** Which part of a curve's way to the side is in each row of labels. */
const SHARES = [
  [0, 0.32],
  [0.32, 0.9],
] as const;

type Spans = readonly [start: number, end: number][];

/** Spans of x that lines take, by base lines. */
export class LineSpans {
  readonly #found = new Map<number, [number, number][]>();
  readonly #joined = new Map<number, Spans>();

  constructor({ starts, points, way }: Pick<NestedLayout, "starts" | "points" | "way">) {
    for (let edge = 0; edge < way.length; edge++) {
      // Every other piece is a curve between two rows; one whose ends are equally high turns round below.
      for (let i = starts[edge] + 1; i + 1 < starts[edge + 1]; i += 2) {
        const [x0, y0, x1, y1] = points.subarray(2 * i, 2 * i + 4);
        if (y1 <= y0) continue;
        BASE_LINES.forEach((base, line) => {
          const [first, last] = SHARES[line];
          this.#add(Math.round(y0 + base), x0 + first * (x1 - x0), x0 + last * (x1 - x0));
        });
      }
    }
  }

  #add(base: number, one: number, other: number): void {
    const span: [number, number] = [Math.min(one, other), Math.max(one, other)];
    const spans = this.#found.get(base);
    if (spans === undefined) this.#found.set(base, [span]);
    else spans.push(span);
  }

  /** Whether no line runs between two places on a base line. */
  areFree(base: number, left: number, right: number): boolean {
    const spans = this.#at(Math.round(base));
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle][0] <= right) low = middle + 1;
      else high = middle;
    }
    return low === 0 || spans[low - 1][1] < left;
  }

  /** The spans on a base line, those that overlap as one. */
  #at(base: number): Spans {
    const known = this.#joined.get(base);
    if (known !== undefined) return known;
    const joined: [number, number][] = [];
    for (const [start, end] of (this.#found.get(base) ?? []).sort(([one], [other]) => one - other)) {
      const last = joined.at(-1);
      if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
      else joined.push([start, end]);
    }
    this.#joined.set(base, joined);
    return joined;
  }
}
