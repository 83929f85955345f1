/** Which hyper-parameter goes most closely with a metric over some runs. */

import type { CellValue } from "../../runs/run_columns";
import { correlationRatio, spearman } from "./rank_correlation";

export interface Importance {
  /** Runs that have both a value and a finite metric. */
  count: number;
  /** From 0 to 1: the larger of |ρ| and η; null where nothing can be told. */
  strength: number | null;
  /** The coefficient, or why there is none. */
  text: string;
}

/** Of fewer runs a coefficient says nothing. */
const FEWEST = 5;
/** η has to be so much above |ρ| before a parameter of numbers counts as groups: it is best in the middle, for example. */
const CLEARLY = 0.1;

function written(value: number): string {
  return value.toFixed(2).replace("-", "−");
}

/** `values` are the parameter's and `metric` the metric's, run by run. */
export function importanceOf(values: readonly CellValue[], metric: readonly CellValue[]): Importance {
  const isFiniteNumber = (value: CellValue): value is number =>
    typeof value === "number" && Number.isFinite(value);
  const pairs = values.flatMap((value, i) => {
    const result = metric[i];
    const isMissing = value === null || (typeof value === "number" && !Number.isFinite(value));
    return isMissing || !isFiniteNumber(result) ? [] : [{ value, result }];
  });
  const count = pairs.length;
  const unknown = (text: string): Importance => ({ count, strength: null, text });
  if (count < FEWEST) return unknown("too few runs");
  const results = pairs.map(({ result }) => result);
  const groups = pairs.map(({ value }) => String(value));
  const different = new Set(groups).size;
  if (different === 1) return unknown("the same in all of them");
  if (new Set(results).size === 1) return unknown("the metric is the same in all of them");
  const numbers = pairs.map(({ value }) => value).filter(isFiniteNumber);
  const rho = numbers.length === count ? spearman(numbers, results) : null;
  const ratio = correlationRatio(groups, results);
  const eta = ratio === null ? null : Math.sqrt(ratio);
  if (rho !== null && (eta === null || eta < Math.abs(rho) + CLEARLY))
    return { count, strength: Math.abs(rho), text: `ρ ${written(rho)}` };
  if (eta === null) return unknown("another one in every run");
  return {
    count,
    strength: eta,
    text: `η ${written(eta)}${rho === null ? "" : ", neither rising nor falling"}`,
  };
}
