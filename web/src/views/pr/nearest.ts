/** Which threshold of which curve is under the pointer. */

import type { RecordedCurve } from "../../api/pr_curves";
import { type Projection, pixelsOf } from "../../charts/projection";
import { type CurveForm, pointAt } from "./curve";

export interface Nearest {
  /** The index of the curve. */
  curve: number;
  /** The index of its threshold. */
  index: number;
}

/** The threshold whose point is nearest to a place in pixels; of several at one point the middle one. Null without any. */
export function nearestThreshold(
  curves: readonly RecordedCurve[],
  form: CurveForm,
  { x, y }: { x: Projection; y: Projection },
  left: number,
  top: number,
): Nearest | null {
  const [toX, toY] = [pixelsOf(x), pixelsOf(y)];
  let found: Nearest | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [number, curve] of curves.entries()) {
    let [first, last] = [-1, -1];
    for (let index = 0; index < curve.recall.length; index++) {
      const point = pointAt(curve, index, form);
      if (point === null) continue;
      const distance = Math.hypot(toX(point[0]) - left, toY(point[1]) - top);
      if (distance < least) {
        least = distance;
        [first, last] = [index, index];
      } else if (distance === least && index === last + 1) last = index;
    }
    if (first >= 0) found = { curve: number, index: (first + last) >> 1 };
  }
  return found;
}
