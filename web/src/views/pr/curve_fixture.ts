/** Curves for tests, from counts. */

import type { RecordedCurve } from "../../api/pr_curves";

/** Of true and false positives by rising threshold, and how many positives and negatives there are. */
export function curveOf(
  truePositives: readonly number[],
  falsePositives: readonly number[],
  positives: number,
  negatives: number,
  areas: Partial<RecordedCurve> = {},
): RecordedCurve {
  const from = (of: (index: number) => number): Float64Array =>
    Float64Array.from(truePositives, (_, i) => of(i));
  return {
    truePositives: from((i) => truePositives[i]),
    falsePositives: from((i) => falsePositives[i]),
    trueNegatives: from((i) => negatives - falsePositives[i]),
    falseNegatives: from((i) => positives - truePositives[i]),
    precision: from((i) => truePositives[i] / Math.max(1, truePositives[i] + falsePositives[i])),
    recall: from((i) => truePositives[i] / Math.max(1, positives)),
    isUsable: from(() => 1),
    ...{ averagePrecision: 0.5, rocAuc: 0.5, unusable: "", ...areas },
  };
}
