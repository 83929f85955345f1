/**
 * `POST ./api/pr_curves`: precision-recall curves at one place, and `GET ./api/pr_curves`: the areas below them over the
 * steps of one run (docs/http-api.md, "Precision-recall curves").
 */

import { type Column, decodeFrame } from "./frame";
import { post, request } from "./request";
import type { ValuesAnswer, ValuesRequest } from "./values";

/** A recorded curve: a number for each threshold, of which number i of n is i / (n - 1). */
export interface RecordedCurve {
  truePositives: Column;
  falsePositives: Column;
  trueNegatives: Column;
  falseNegatives: Column;
  precision: Column;
  recall: Column;
  /** 1 where the numbers are such as counts and shares can be. */
  isUsable: Column;
  /** The areas below precision over recall and below the ROC; null where there is none. */
  averagePrecision: number | null;
  rocAuc: number | null;
  /** How many thresholds are not usable, and why; mostly empty. */
  unusable: string;
}

const NUMBERS = {
  truePositives: "true_positives",
  falsePositives: "false_positives",
  trueNegatives: "true_negatives",
  falseNegatives: "false_negatives",
  precision: "precision",
  recall: "recall",
} as const;

interface DescribedSeries {
  tag: string;
  run: string;
  kind: string;
  length: number;
  at: number | null;
  problem: string;
  curve: {
    thresholds: number;
    average_precision: number | null;
    roc_auc: number | null;
    unusable: string;
  } | null;
}

function checked(columns: Record<string, Column>, names: readonly string[]): void {
  for (const name of names)
    if (columns[name] === undefined) throw new Error(`the answer has no column ${name}`);
}

/** The curve of one series, from the columns of all. */
function curveOf(
  { thresholds, average_precision, roc_auc, unusable }: NonNullable<DescribedSeries["curve"]>,
  columns: Record<string, Column>,
  start: number,
): RecordedCurve {
  const part = (name: string): Column => columns[name].subarray(start, start + thresholds);
  return {
    truePositives: part(NUMBERS.truePositives),
    falsePositives: part(NUMBERS.falsePositives),
    trueNegatives: part(NUMBERS.trueNegatives),
    falseNegatives: part(NUMBERS.falseNegatives),
    precision: part(NUMBERS.precision),
    recall: part(NUMBERS.recall),
    isUsable: part("usable"),
    ...{ averagePrecision: average_precision, rocAuc: roc_auc, unusable },
  };
}

/** The curves of some tags and runs, each as the value of its series. */
export async function fetchPrCurves({ tags, runs, at }: ValuesRequest): Promise<ValuesAnswer> {
  const response = await post("./api/pr_curves", { tags, runs, at });
  return decodePrCurves(await response.arrayBuffer());
}

/** Read the frame of an answer. Throws when it is not one. */
export function decodePrCurves(buffer: ArrayBuffer): ValuesAnswer {
  const { header, columns } = decodeFrame(buffer);
  checked(columns, ["step", "wall_time", "bytes", "usable", ...Object.values(NUMBERS)]);
  let end = 0;
  let drawn = 0;
  const series = (header.series as DescribedSeries[]).map(({ length, curve, ...described }) => {
    const start = end;
    end += length;
    const step = columns.step.subarray(start, end);
    const value =
      curve === null || described.at === null
        ? null
        : {
            step: step[described.at],
            kind: described.kind,
            value: curveOf(curve, columns, drawn),
            left_out: { items: 0, characters: 0 },
          };
    drawn += curve?.thresholds ?? 0;
    return {
      ...{ ...described, step, value },
      wallTime: columns.wall_time.subarray(start, end),
      bytes: columns.bytes.subarray(start, end),
    };
  });
  if (end !== columns.step.length || drawn !== columns.recall.length)
    throw new Error(
      `the series have ${end} values and ${drawn} thresholds, the columns ${columns.step.length} and ${columns.recall.length}`,
    );
  return { revision: header.revision as number, series };
}

export interface CurveAreasRequest {
  /** Ids. */
  tag: string;
  run: string;
  /** No more steps than these are sent, spread evenly. */
  most: number;
  /** The first row that is asked for. */
  from: number;
  /** Whether the curves are sent too. */
  curves: boolean;
}

export interface DamagedCurve {
  row: number;
  step: number;
  problem: string;
}

/** The areas below the curves of a tag in one run, one for each row; those that cannot be read are left out. */
export interface CurveAreas {
  revision: number;
  /** How many were recorded. */
  values: number;
  /** Some of those that cannot be read, and how many these are. */
  damaged: DamagedCurve[];
  damagedCount: number;
  /** The index of each among all that were recorded. */
  row: Column;
  step: Column;
  /** Seconds since the epoch. */
  wallTime: Column;
  /** NaN where there is none. */
  averagePrecision: Column;
  rocAuc: Column;
  /** The curves, where they were asked for. */
  curves: RecordedCurve[];
}

export async function fetchCurveAreas(asked: CurveAreasRequest): Promise<CurveAreas> {
  const { tag, run, most, from, curves } = asked;
  const parameters = new URLSearchParams({ tag, run, most: String(most), from: String(from) });
  if (curves) parameters.set("curves", "true");
  const response = await request(`./api/pr_curves?${parameters}`);
  return decodeCurveAreas(await response.arrayBuffer());
}

/** Read the frame of an answer. Throws when it is not one. */
export function decodeCurveAreas(buffer: ArrayBuffer): CurveAreas {
  const { header, columns } = decodeFrame(buffer);
  checked(columns, ["row", "step", "wall_time", "average_precision", "roc_auc"]);
  const curves: RecordedCurve[] = [];
  if (columns.thresholds !== undefined) {
    checked(columns, ["usable", ...Object.values(NUMBERS)]);
    let start = 0;
    columns.thresholds.forEach((thresholds, i) => {
      const [average_precision, roc_auc] = [columns.average_precision[i], columns.roc_auc[i]];
      curves.push(curveOf({ thresholds, average_precision, roc_auc, unusable: "" }, columns, start));
      start += thresholds;
    });
  }
  return {
    revision: header.revision as number,
    values: header.values as number,
    damaged: header.damaged as DamagedCurve[],
    damagedCount: header.damaged_count as number,
    ...{ row: columns.row, step: columns.step, wallTime: columns.wall_time, curves },
    ...{ averagePrecision: columns.average_precision, rocAuc: columns.roc_auc },
  };
}
