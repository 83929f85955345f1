/** Smoothing as the server does it, on all points of a line (docs/http-api.md, "Scalars"), and as text in a link. */

export const SMOOTHING_KINDS = ["ema", "time", "gaussian", "mean"] as const;
export type SmoothingKind = (typeof SMOOTHING_KINDS)[number];

export interface Smoothing {
  kind: SmoothingKind;
  /** A weight below 1 for `ema` and `time`, else a number of points. */
  amount: number;
}

export const SMOOTHING_NAMES: Record<SmoothingKind, string> = {
  ema: "EMA",
  time: "by distance",
  gaussian: "Gaussian",
  mean: "running mean",
};

/** Positions of a slider from none to the most. */
export const MOST_POSITION = 100;
const MOST_POINTS = 1000;
const MOST_WEIGHT = 0.999;

function isWeight(kind: SmoothingKind): boolean {
  return kind === "ema" || kind === "time";
}

/** The amount at a slider's position: weights evenly, points by their logarithm; 0 is none. */
export function amountAt(kind: SmoothingKind, position: number): number {
  if (position <= 0) return 0;
  if (isWeight(kind)) return position >= MOST_POSITION ? MOST_WEIGHT : position / 100;
  return Math.round(MOST_POINTS ** (position / MOST_POSITION));
}

/** The slider's position nearest to an amount. */
export function positionOf(kind: SmoothingKind, amount: number): number {
  if (amount <= 0) return 0;
  const share = isWeight(kind) ? amount : Math.log(amount) / Math.log(MOST_POINTS);
  return Math.min(MOST_POSITION, Math.max(1, Math.round(share * MOST_POSITION)));
}

/** As in a link: "ema,0.6". */
export function encodeSmoothing({ kind, amount }: Smoothing): string {
  return `${kind},${amount}`;
}

/** Null for a text that names no smoothing. */
export function decodeSmoothing(text: string | null): Smoothing | null {
  const [name, number, ...rest] = text?.split(",") ?? [];
  const kind = SMOOTHING_KINDS.find((known) => known === name);
  const amount = Number(number || Number.NaN);
  if (kind === undefined || rest.length > 0 || !(amount >= 0)) return null;
  return amount <= (isWeight(kind) ? MOST_WEIGHT : 1_000_000) ? { kind, amount } : null;
}
