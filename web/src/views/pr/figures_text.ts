/** The figures of a threshold as text, by the names that tables give them. */

import { formatValue, withSeparators } from "../../kit/format";
import type { Figures } from "./curve";

/** A count: mostly whole, but where samples have weights. */
export function countText(count: number): string {
  return Number.isInteger(count) && Math.abs(count) < 1e15
    ? withSeparators(String(count))
    : formatValue(count);
}

/** A share; a dash where it is undefined. */
export function shareText(share: number | null): string {
  return share === null ? "–" : formatValue(share, 4);
}

export function figureCells(figures: Figures): Record<string, string> {
  return {
    threshold: formatValue(figures.threshold, 4),
    ...{ TP: countText(figures.truePositives), FP: countText(figures.falsePositives) },
    ...{ TN: countText(figures.trueNegatives), FN: countText(figures.falseNegatives) },
    ...{ precision: shareText(figures.precision), recall: shareText(figures.recall) },
    ...{ F1: shareText(figures.f1), FPR: shareText(figures.falsePositiveRate) },
  };
}
