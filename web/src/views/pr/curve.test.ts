import { expect, it } from "vitest";
import type { CurveAreas } from "../../api/pr_curves";
import { bestF1, figuresAt, nearestIndex, noteOn, pointAt, prevalence } from "./curve";
import { curveOf } from "./curve_fixture";
import { linesOf, linesOfAreas, type Points } from "./curve_lines";
import { nearestThreshold } from "./nearest";

// Five thresholds, of four positives and six negatives.
const CURVE = curveOf([4, 4, 3, 1, 0], [6, 2, 1, 0, 0], 4, 6);
const UNIT = { low: 0, high: 1, scale: "linear", start: 0, end: 100 } as const;
const AXES = { x: UNIT, y: { ...UNIT, start: 100, end: 0 } };

it("has the figures of a threshold", () => {
  const { precision, recall, f1, falsePositiveRate, ...counts } = figuresAt(CURVE, 2);
  expect(counts).toEqual({
    ...{ threshold: 0.5, truePositives: 3, falsePositives: 1, trueNegatives: 5, falseNegatives: 1 },
  });
  expect([precision, recall, f1]).toEqual([0.75, 0.75, 0.75]);
  expect(falsePositiveRate).toBeCloseTo(1 / 6);
  // Where nothing is predicted, there is no precision, whatever was recorded.
  expect(figuresAt(CURVE, 4)).toMatchObject({ precision: null, recall: 0, f1: 0 });
  expect([nearestIndex(CURVE, 0.6), nearestIndex(CURVE, 1), bestF1(CURVE), prevalence(CURVE)]).toEqual([
    ...[2, 4, 1, 0.4],
  ]);
});

/** The area below lines, by trapezoids. */
function area(lines: readonly Points[]): number {
  let sum = 0;
  for (const line of lines)
    for (let i = 1; i < line.length; i++)
      sum += (line[i][0] - line[i - 1][0]) * ((line[i][1] + line[i - 1][1]) / 2);
  return sum;
}

it("draws what the areas are below", () => {
  // By hand: 1/4 at 1, 2/4 at 3/4, 1/4 at 4/6.
  expect(area(linesOf(CURVE, "pr"))).toBeCloseTo(0.25 + 0.5 * 0.75 + 0.25 * (4 / 6), 12);
  expect(linesOf(CURVE, "pr")[0][0]).toEqual([0, 1]);
  const roc = linesOf(CURVE, "roc");
  expect(roc[0][0]).toEqual([0, 0]);
  expect(roc[0].at(-1)).toEqual([1, 1]);
  const byHand = (1 / 6) * ((1 / 4 + 3 / 4) / 2) + (1 / 6) * ((3 / 4 + 1) / 2) + 4 / 6;
  expect(area(roc)).toBeCloseTo(byHand, 12);
});

it("leaves out what cannot be", () => {
  const broken = curveOf([4, 4, 3, 1, 0], [6, 2, 1, 0, 0], 4, 6, {
    ...{ unusable: "1 of 5", averagePrecision: null, rocAuc: null },
    isUsable: new Uint8Array([1, 0, 1, 1, 1]),
  });
  // Neither a step over the gap, nor one from 0 on.
  expect(linesOf(broken, "pr")).toEqual([
    [
      [0.25, 1],
      [0.25, 0.75],
      [0.75, 0.75],
    ],
    [[1, 0.4]],
  ]);
  expect(noteOn(broken, "pr")).toBe("1 of 5");
  expect(pointAt(broken, 1, "roc")).toBe(null);
});

it("says why there is no curve", () => {
  expect(noteOn(curveOf([0, 0], [3, 0], 0, 3), "pr")).toContain("no positives");
  expect(noteOn(curveOf([3, 0], [0, 0], 3, 0), "roc")).toContain("no negatives");
  expect(noteOn(curveOf([3, 0], [0, 0], 3, 0), "pr")).toBe("");
  expect(noteOn(curveOf([0, 0], [0, 0], 3, 3), "pr")).toContain("nothing is predicted");
});

it("finds the threshold under the pointer", () => {
  const better = curveOf([4, 4, 4, 4, 4], [6, 0, 0, 0, 0], 4, 6);
  const at = (left: number, top: number) => nearestThreshold([CURVE, better], "pr", AXES, left, top);
  expect(at(74, 26)).toEqual({ curve: 0, index: 2 });
  // Four thresholds have this point.
  expect(at(99, 2)).toEqual({ curve: 1, index: 2 });
  expect(nearestThreshold([], "pr", AXES, 0, 0)).toBe(null);
});

it("draws areas over steps, without those that there are none", () => {
  const rows = {
    averagePrecision: Float64Array.of(0.5, Number.NaN, 0.6, 0.7, 0.8),
    rocAuc: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5),
  } as unknown as CurveAreas;
  expect(linesOfAreas(rows, [0, 1, 2, 3, 2], "pr")).toEqual([
    [[0, 0.5]],
    [
      [2, 0.6],
      [3, 0.7],
    ],
    [[2, 0.8]],
  ]);
  expect(linesOfAreas(rows, [0, 1, 2, 3, 4], "roc")).toHaveLength(1);
});
