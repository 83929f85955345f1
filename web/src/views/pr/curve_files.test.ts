import { expect, it } from "vitest";
import type { CurveAreas } from "../../api/pr_curves";
import { areasCsv, areasJson, curvesCsv, curvesJson } from "./curve_files";
import { curveOf } from "./curve_fixture";

const CURVE = { ...curveOf([2, 1], [2, 0], 2, 2), precision: Float32Array.of(0.5, 0.1) };
const SAVED = [{ run: "=adam", step: 3, wallTime: 1000.5, curve: CURVE }];

it("saves curves as they were recorded", () => {
  expect(curvesCsv(SAVED).split("\r\n")).toEqual([
    "run,step,wall_time,threshold,true_positives,false_positives,true_negatives,false_negatives,precision,recall,f1",
    "'=adam,3,1000.5,0,2,2,0,0,0.5,1,0.6666666666666666",
    "'=adam,3,1000.5,1,1,0,2,1,0.1,0.5,0.6666666666666666",
    "",
  ]);
  const { tag, curves } = JSON.parse(curvesJson("classes", SAVED));
  expect([tag, curves[0].run, curves[0].thresholds, curves[0].precision]).toEqual([
    ...["classes", "=adam", [0, 1], [0.5, 0.1]],
  ]);
  const broken = { ...CURVE, recall: Float64Array.of(Number.NaN, 1) };
  const [text] = JSON.parse(curvesJson("t", [{ ...SAVED[0], curve: broken }])).curves[0].recall;
  expect(text).toBe("NaN");
});

it("saves areas, and nothing where there is none", () => {
  const rows = {
    ...{ row: Float64Array.of(0, 1), step: Float64Array.of(5, 6), wallTime: Float64Array.of(1, 2) },
    ...{ averagePrecision: Float64Array.of(0.5, Number.NaN), rocAuc: Float64Array.of(0.25, 1) },
  } as unknown as CurveAreas;
  expect(
    areasCsv([{ run: "a", rows }])
      .split("\r\n")
      .slice(1, 3),
  ).toEqual(["a,5,1,0.5,0.25", "a,6,2,,1"]);
  expect(JSON.parse(areasJson("t", [{ run: "a", rows }])).areas[1]).toEqual({
    ...{ run: "a", step: 6, wall_time: 2, average_precision: null, roc_auc: 1 },
  });
});
