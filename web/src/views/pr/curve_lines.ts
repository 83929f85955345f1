/** Curves as points of lines: what is below them are the areas that the server tells. */

import type { CurveAreas, RecordedCurve } from "../../api/pr_curves";
import { type CurveForm, pointAt } from "./curve";

export type Points = readonly (readonly [number, number])[];

/** Collects points to lines that rise in x. */
class Lines {
  readonly #lines: (readonly [number, number])[][] = [];
  #isOpen = false;

  /** Another point; one that is further left begins another line. */
  add(x: number, y: number): void {
    const last = this.last;
    if (last !== null && last[0] === x && last[1] === y) return;
    if (last === null || x < last[0]) this.#lines.push([]);
    this.#lines[this.#lines.length - 1].push([x, y]);
    this.#isOpen = true;
  }

  get last(): readonly [number, number] | null {
    return this.#isOpen ? (this.#lines.at(-1)?.at(-1) ?? null) : null;
  }

  end(): void {
    this.#isOpen = false;
  }

  get all(): Points[] {
    return this.#lines;
  }
}

/**
 * A curve from its highest threshold to its lowest. Precision over recall goes in steps: to each recall at the precision
 * that is reached there, from 0 on. The ROC is straight between thresholds, and from corner to corner.
 */
export function linesOf(curve: RecordedCurve, form: CurveForm): Points[] {
  const lines = new Lines();
  const hasEnds = form === "roc" && curve.rocAuc !== null;
  if (hasEnds) lines.add(0, 0);
  let isFirst = curve.unusable === "";
  for (let index = curve.recall.length - 1; index >= 0; index--) {
    const point = pointAt(curve, index, form);
    if (point === null) {
      // Above the highest threshold with a prediction nothing is missing.
      if (!isFirst) lines.end();
      continue;
    }
    const [x, y] = point;
    if (form === "pr") {
      const from = isFirst ? 0 : (lines.last?.[0] ?? x);
      if (from < x) lines.add(from, y);
    }
    lines.add(x, y);
    isFirst = false;
  }
  if (hasEnds) lines.add(1, 1);
  return lines.all;
}

/** The areas over steps, at places on the x axis; a place that goes back begins another line, as one that has none. */
export function linesOfAreas(rows: CurveAreas, places: ArrayLike<number>, form: CurveForm): Points[] {
  const lines = new Lines();
  const areas = form === "pr" ? rows.averagePrecision : rows.rocAuc;
  areas.forEach((area, row) => {
    if (Number.isNaN(area)) lines.end();
    else lines.add(places[row], area);
  });
  return lines.all;
}
