/** What a recorded curve says at its thresholds. */

import type { RecordedCurve } from "../../api/pr_curves";

/** The curves that there are: precision over recall, and the ROC. */
export type CurveForm = "pr" | "roc";

/** The numbers at one threshold; null where they are undefined. */
export interface Figures {
  threshold: number;
  truePositives: number;
  falsePositives: number;
  trueNegatives: number;
  falseNegatives: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
  /** The share of the negatives that are predicted to be positive. */
  falsePositiveRate: number | null;
}

export function thresholdAt({ recall }: RecordedCurve, index: number): number {
  return recall.length === 1 ? 0 : index / (recall.length - 1);
}

/** The index of the recorded threshold that is nearest to another one. */
export function nearestIndex({ recall }: RecordedCurve, threshold: number): number {
  return Math.round(threshold * (recall.length - 1));
}

function hasPredictions({ truePositives, falsePositives }: RecordedCurve, index: number): boolean {
  return truePositives[index] + falsePositives[index] > 0;
}

function hasPositives({ truePositives, falseNegatives }: RecordedCurve, index: number): boolean {
  return truePositives[index] + falseNegatives[index] > 0;
}

function hasNegatives({ falsePositives, trueNegatives }: RecordedCurve, index: number): boolean {
  return falsePositives[index] + trueNegatives[index] > 0;
}

export function figuresAt(curve: RecordedCurve, index: number): Figures {
  const [truePositives, falsePositives] = [curve.truePositives[index], curve.falsePositives[index]];
  const [trueNegatives, falseNegatives] = [curve.trueNegatives[index], curve.falseNegatives[index]];
  const isUsable = curve.isUsable[index] === 1;
  const all = 2 * truePositives + falsePositives + falseNegatives;
  return {
    threshold: thresholdAt(curve, index),
    ...{ truePositives, falsePositives, trueNegatives, falseNegatives },
    precision: isUsable && hasPredictions(curve, index) ? curve.precision[index] : null,
    recall: isUsable && hasPositives(curve, index) ? curve.recall[index] : null,
    f1: isUsable && all > 0 ? (2 * truePositives) / all : null,
    falsePositiveRate:
      isUsable && hasNegatives(curve, index) ? falsePositives / (falsePositives + trueNegatives) : null,
  };
}

/** Where a threshold is on a curve; null where it has no place. */
export function pointAt(
  curve: RecordedCurve,
  index: number,
  form: CurveForm,
): readonly [number, number] | null {
  const { precision, recall, falsePositiveRate, truePositives, falseNegatives } = figuresAt(curve, index);
  if (form === "pr") return recall === null || precision === null ? null : [recall, precision];
  // Of the counts, as the area below it is.
  return recall === null || falsePositiveRate === null
    ? null
    : [falsePositiveRate, truePositives / (truePositives + falseNegatives)];
}

/** The index of the threshold with the largest F1, the lowest of several; null where it is never defined. */
export function bestF1(curve: RecordedCurve): number | null {
  let best: { f1: number; index: number } | null = null;
  for (let index = 0; index < curve.recall.length; index++) {
    const { f1 } = figuresAt(curve, index);
    if (f1 !== null && (best === null || f1 > best.f1)) best = { f1, index };
  }
  return best?.index ?? null;
}

/** The share of positives among all samples: the precision of a classifier that knows nothing. Null without samples. */
export function prevalence(curve: RecordedCurve): number | null {
  const index = curve.isUsable.indexOf(1);
  if (index < 0) return null;
  const positives = curve.truePositives[index] + curve.falseNegatives[index];
  const all = positives + curve.falsePositives[index] + curve.trueNegatives[index];
  return all > 0 ? positives / all : null;
}

/** The area below a curve. */
export function areaOf(curve: RecordedCurve, form: CurveForm): number | null {
  return form === "pr" ? curve.averagePrecision : curve.rocAuc;
}

/** Why a curve has no area, and is not drawn or not all of it; empty where all is well. */
export function noteOn(curve: RecordedCurve, form: CurveForm): string {
  if (curve.unusable !== "") return curve.unusable;
  if (!hasPositives(curve, 0)) return "no positives: recall is undefined";
  if (form === "roc" && !hasNegatives(curve, 0)) return "no negatives: the false-positive rate is undefined";
  const isNowhere = !curve.recall.some((_, index) => hasPredictions(curve, index));
  return form === "pr" && isNowhere ? "nothing is predicted: precision is undefined" : "";
}
