/** Curves as tables and as JSON: a line for each threshold. */

import type { CurveAreas, RecordedCurve } from "../../api/pr_curves";
import { shortestFloat32, toCsv } from "../../kit/download";
import { figuresAt, thresholdAt } from "./curve";

/** A curve of a run, as it was recorded. */
export interface SavedCurve {
  run: string;
  step: number;
  wallTime: number;
  curve: RecordedCurve;
}

type Cell = string | number | null;

const NUMBERS = {
  true_positives: "truePositives",
  false_positives: "falsePositives",
  true_negatives: "trueNegatives",
  false_negatives: "falseNegatives",
  precision: "precision",
  recall: "recall",
} as const;

/** A recorded number with as few digits as name it. */
function exact(column: RecordedCurve["recall"], index: number): number {
  return column instanceof Float32Array ? shortestFloat32(column[index]) : column[index];
}

export function curvesCsv(all: readonly SavedCurve[]): string {
  const head: Cell[] = ["run", "step", "wall_time", "threshold", ...Object.keys(NUMBERS), "f1"];
  const lines = all.flatMap(({ run, step, wallTime, curve }) =>
    Array.from(curve.recall, (_, index): Cell[] => [
      ...[run, step, wallTime, thresholdAt(curve, index)],
      ...Object.values(NUMBERS).map((name) => exact(curve[name], index)),
      figuresAt(curve, index).f1,
    ]),
  );
  return toCsv([head, ...lines]);
}

/** Numbers that JSON has none for are strings. */
function loose(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

export function curvesJson(tag: string, all: readonly SavedCurve[]): string {
  const curves = all.map(({ run, step, wallTime, curve }) => ({
    ...{ run, step, wall_time: wallTime, average_precision: curve.averagePrecision, roc_auc: curve.rocAuc },
    thresholds: Array.from(curve.recall, (_, index) => thresholdAt(curve, index)),
    ...Object.fromEntries(
      Object.entries(NUMBERS).map(([key, name]) => [
        key,
        Array.from(curve[name], (_, index) => loose(exact(curve[name], index))),
      ]),
    ),
  }));
  return `${JSON.stringify({ tag, curves }, null, 1)}\n`;
}

/** The areas of a run over its steps. */
export interface SavedAreas {
  run: string;
  rows: CurveAreas;
}

const AREAS = ["run", "step", "wall_time", "average_precision", "roc_auc"] as const;

function areaRows({ run, rows }: SavedAreas): Cell[][] {
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return Array.from(rows.row, (_, i) => [
    ...[run, rows.step[i], rows.wallTime[i]],
    ...[known(rows.averagePrecision[i]), known(rows.rocAuc[i])],
  ]);
}

export function areasCsv(all: readonly SavedAreas[]): string {
  return toCsv([[...AREAS], ...all.flatMap(areaRows)]);
}

export function areasJson(tag: string, all: readonly SavedAreas[]): string {
  const rows = all
    .flatMap(areaRows)
    .map((cells) => Object.fromEntries(AREAS.map((name, i) => [name, cells[i]])));
  return `${JSON.stringify({ tag, areas: rows }, null, 1)}\n`;
}
