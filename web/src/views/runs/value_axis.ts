/**
 * The axis of a column of the list of runs: numbers on a linear or a log scale, words each at a place of its own.
 *
 * A share is a place on the axis: 0 at its beginning, 1 at its end.
 */

import { linearTicks, logTicks } from "../../charts/ticks";
import { logTickLabels, tickLabels } from "../../kit/format";
import { type CellValue, compareCells, formatMeant } from "../../runs/run_columns";

/** What an experiment declares that a hyper-parameter may be; both are empty where nothing is declared. */
export interface Domain {
  values: readonly CellValue[];
  interval: readonly [number, number] | null;
}

export const NO_DOMAIN: Domain = { values: [], interval: null };

export interface ValueAxis {
  column: string;
  scale: "linear" | "log" | "words";
  /** The ends of an axis of numbers. */
  low: number;
  high: number;
  /** What occurs on it, each once and in its order: numbers, or words. */
  values: readonly (number | string)[];
  /** The places of words. */
  places: ReadonlyMap<string, number>;
  ticks: readonly { share: number; text: string }[];
}

/** Positive numbers that span so many decades are on a log scale. */
const LOG_DECADES = 2;
/** So many different numbers have their own ticks; more have round ones. */
const MOST_OWN_TICKS = 8;
const ROUND_TICKS = 5;

function isNumber(value: CellValue): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

export function axisOf(column: string, values: readonly CellValue[], domain = NO_DOMAIN): ValueAxis {
  const told = [...values, ...domain.values].filter((value) => value !== null);
  const hasWords = told.some((value) => typeof value === "string");
  if (hasWords) return axisOfWords(column, told, domain);
  const numbers = [...new Set(told.filter(isNumber))].sort((one, other) => one - other);
  const ends = [...numbers, ...(numbers.length > 0 ? (domain.interval ?? []) : [])].filter(isNumber);
  const low = ends.reduce((least, value) => Math.min(least, value), ends[0] ?? 0);
  const high = ends.reduce((most, value) => Math.max(most, value), ends[0] ?? 0);
  const isLog = low > 0 && Math.log10(high) - Math.log10(low) > LOG_DECADES - 1e-9;
  const scale = isLog ? "log" : "linear";
  const axis: ValueAxis = { column, scale, low, high, values: numbers, places: new Map(), ticks: [] };
  return { ...axis, ticks: ticksOf(axis, numbers) };
}

function axisOfWords(
  column: string,
  told: readonly (number | string)[],
  { values: declared }: Domain,
): ValueAxis {
  const ordered = told.toSorted(compareCells);
  // In the order in which an experiment names them, and behind them what it does not.
  const first = declared.filter((value) => value !== null);
  const words = [...new Set([...first, ...ordered].map(String))];
  const places = new Map(words.map((word, i) => [word, (i + 0.5) / words.length]));
  const ticks = words.map((word) => ({ share: places.get(word) ?? 0, text: word }));
  return { column, scale: "words", low: 0, high: 1, values: words, places, ticks };
}

function ticksOf(axis: ValueAxis, numbers: readonly number[]): ValueAxis["ticks"] {
  const { low, high, scale } = axis;
  const placed = (values: readonly number[], texts: readonly string[]) =>
    values.map((value, i) => ({ share: shareOf(axis, value) ?? 0, text: texts[i] }));
  if (numbers.length <= MOST_OWN_TICKS) return placed(numbers, numbers.map(formatMeant));
  const round = (scale === "log" ? logTicks : linearTicks)(low, high, ROUND_TICKS);
  return placed(round, (scale === "log" ? logTickLabels : tickLabels)(round));
}

/** Where a value is; null for none, and for a number that is not finite. */
export function shareOf(axis: ValueAxis, value: CellValue): number | null {
  if (axis.scale === "words") return value === null ? null : (axis.places.get(String(value)) ?? null);
  if (!isNumber(value)) return null;
  const { low, high, scale } = axis;
  if (!(high > low)) return 0.5;
  if (scale === "log") return (Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low));
  // In halves: the difference of the largest numbers is infinite.
  return (value / 2 - low / 2) / (high / 2 - low / 2);
}

const SAME = 1e-9;

/** The number at a place: one that occurs where one is there, else one with few digits. */
export function numberAt(axis: ValueAxis, share: number): number {
  const { low, high, scale, values } = axis;
  const own = values.find((value) => Math.abs((shareOf(axis, value) ?? 2) - share) < SAME);
  if (typeof own === "number") return own;
  if (share <= 0) return low;
  if (share >= 1) return high;
  const exact =
    scale === "log"
      ? 10 ** (Math.log10(low) * (1 - share) + Math.log10(high) * share)
      : low * (1 - share) + high * share;
  return Number(exact.toPrecision(4));
}

/** More stops than this are even. */
const MOST_STOPS = 60;
const EVEN_STOPS = 50;

/** The places at which the end of a brush stops as keys move it: at values, and between words. */
export function stopsOf(axis: ValueAxis): number[] {
  const count = axis.values.length;
  if (axis.scale === "words" || count > MOST_STOPS) {
    const parts = axis.scale === "words" ? count : EVEN_STOPS;
    return Array.from({ length: parts + 1 }, (_, i) => i / parts);
  }
  return [...new Set([0, ...axis.values.map((value) => shareOf(axis, value) ?? 0), 1])].sort(
    (one, other) => one - other,
  );
}
