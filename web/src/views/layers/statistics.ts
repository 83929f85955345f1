/** The statistics that can be shown: their names, and how their values become colours. */

import { formatCount, formatValue } from "../../kit/format";

/** A logarithm, a share from 0 to 1, a count, or a ratio that is usually about a thousandth. */
export type Colouring = "log" | "share" | "count" | "ratio";

export interface Statistic {
  title: string;
  /** A sentence for a tooltip. */
  what: string;
  colouring: Colouring;
}

const STATISTICS: Readonly<Record<string, Statistic>> = {
  rms: { title: "rms", what: "root of the mean square: how large an element usually is", colouring: "log" },
  norm: { title: "norm", what: "Euclidean norm of the whole tensor", colouring: "log" },
  mean: { title: "mean", what: "mean of the elements; its magnitude is coloured", colouring: "log" },
  std: { title: "std", what: "standard deviation of the elements", colouring: "log" },
  abs_max: { title: "abs max", what: "greatest magnitude of an element", colouring: "log" },
  crest: { title: "crest", what: "greatest magnitude over rms: outliers", colouring: "log" },
  zero_share: { title: "zero share", what: "share of elements that are exactly 0", colouring: "share" },
  not_finite: { title: "NaN and Inf", what: "how many elements are not finite", colouring: "count" },
  weight_ratio: {
    ...{ title: "over weight", what: "rms over that of the weights, usually about 0.001 for updates" },
    colouring: "ratio",
  },
};

export function statisticNamed(name: string): Statistic {
  return STATISTICS[name] ?? { title: name, what: name, colouring: "log" };
}

/** The title of a statistic of a kind: "update / weight". */
export function titleOf(name: string, kind: string): string {
  return name === "weight_ratio" ? `${kind} / weight` : statisticNamed(name).title;
}

export function formatStatistic(name: string, value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  if (name === "not_finite") return formatCount(value);
  if (name === "zero_share") return `${formatValue(value * 100, 3)} %`;
  return formatValue(value, 4);
}
