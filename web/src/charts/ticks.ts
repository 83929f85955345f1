/** Places of an axis' ticks, and labels of times. */

import { tickLabels, withSeparators } from "../kit/format";

/** Multiples of 1, 2 or 5 times a power of ten within [low, high]: about `count` of them. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const ticks: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  for (let k = first; k * step <= high + step * 1e-9 && ticks.length < 1000; k++) {
    // Division by the inverse keeps 0.3 from becoming 0.30000000000000004.
    ticks.push(step < 1 ? k / Math.round(1 / step) || 0 : k * step || 0);
  }
  return step < 1 && !Number.isFinite(Math.round(1 / step)) ? [low, high] : ticks;
}

/** A log axis has so many ticks at least. */
const LEAST_LOG_TICKS = 3;
const MULTIPLES = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Multiples by `factors` of every so many powers of ten, within [low, high]. */
function decadeTicks(low: number, high: number, stride: number, factors: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
    if (exponent % stride !== 0) continue;
    for (const factor of factors) {
      // Number(…e…) is the nearest double; 10 ** -5 is not.
      const tick = Number(`${factor}e${exponent}`);
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}

/** Sets of ticks of a log axis, each finer than the one before; the first has about `count`. */
function* logTickSets(low: number, high: number, count: number): Generator<number[]> {
  const decades = Math.log10(high) - Math.log10(low);
  for (let stride = Math.max(1, Math.ceil(decades / Math.max(2, count))); stride >= 1; stride--)
    yield decadeTicks(low, high, stride, [1]);
  yield decadeTicks(low, high, 1, [1, 2, 5]);
  yield decadeTicks(low, high, 1, MULTIPLES);
  for (let parts = 2; parts <= 64; parts *= 2) yield linearTicks(low, high, parts).filter((tick) => tick > 0);
}

/**
 * Ticks within [low, high] of a log axis: powers of ten, thinned where they are many; where they are few with 2 and 5
 * times, with all multiples, or evenly spread; at most about `count`, but three at least.
 */
export function logTicks(low: number, high: number, count: number): number[] {
  let chosen: number[] = [];
  for (const ticks of logTickSets(low, high, count)) {
    if (chosen.length >= LEAST_LOG_TICKS && ticks.length > count) break;
    if (ticks.length > chosen.length) chosen = ticks;
  }
  return chosen;
}

/** Ticks without a label between those of a log axis: the powers of ten that were thinned out, or multiples of them. */
export function minorLogTicks(low: number, high: number, ticks: readonly number[]): number[] {
  const decades = Math.log10(high) - Math.log10(low);
  const shown = new Set(ticks);
  const between = (all: readonly number[]): number[] => all.filter((tick) => !shown.has(tick));
  const thinned = between(decadeTicks(low, high, 1, [1]));
  if (thinned.length > 0) return decades <= 100 ? thinned : [];
  const multiples = between(decadeTicks(low, high, 1, MULTIPLES));
  if (multiples.length > 0) return decades <= 12 ? multiples : [];
  return between(linearTicks(low, high, ticks.length * 4).filter((tick) => tick > 0));
}

/** Zero and powers of ten on both sides of it, within [low, high] of a symlog axis: about `count`. */
export function symlogTicks(low: number, high: number, threshold: number, count: number): number[] {
  const reach = Math.max(Math.abs(low), Math.abs(high));
  if (!(reach > threshold * 5)) return linearTicks(low, high, count);
  const decadesOf = (value: number): number => Math.max(0, Math.log10(Math.abs(value) / threshold) + 0.3);
  const decades =
    (low < 0 ? decadesOf(low) : -decadesOf(low)) + (high > 0 ? decadesOf(high) : -decadesOf(high));
  // Far from zero, and less than a decade: as a log axis would have it.
  if (low > 0 && decades < 1) return logTicks(Math.max(low, threshold), high, count);
  if (high < 0 && decades < 1)
    return logTicks(Math.max(-high, threshold), -low, count)
      .map((tick) => -tick)
      .reverse();
  // Few where there is little room, but three at least, or whatever there is.
  for (let stride = Math.max(1, Math.ceil(decades / Math.max(1, count - 1))); stride > 0; stride--) {
    const ticks = symlogDecades(threshold, reach, stride).filter((tick) => low <= tick && tick <= high);
    if (ticks.length >= LEAST_LOG_TICKS || (stride === 1 && ticks.length > 0)) return ticks;
  }
  return linearTicks(low, high, count);
}

/** Zero, and every so many powers of ten on both sides of it that have room beside it, as far as `reach`. */
function symlogDecades(threshold: number, reach: number, stride: number): number[] {
  const first = Math.round(Math.log10(threshold));
  const last = Math.ceil(Math.log10(reach));
  const positive: number[] = [];
  // Counted from the far end, so that the largest values have their tick.
  for (let exponent = last; exponent >= first; exponent--) {
    const tick = Number(`1e${exponent}`);
    // Beside zero there has to be room for its label.
    const distance = Math.asinh(tick / threshold) / Math.LN10;
    if ((last - exponent) % stride === 0 && distance > 0.75 * stride) positive.unshift(tick);
  }
  return [...positive.map((tick) => -tick).reverse(), 0, ...positive];
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const TIME_STEPS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 30, 90, 180, 365, 730, 1825, 3650].map((days) => days * DAY),
];

/** Round moments (seconds since the epoch) of the local time zone within [low, high]: about `count`. */
export function timeTicks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const step = TIME_STEPS.find((size) => size >= span / Math.max(1, count)) ?? 3650 * DAY;
  const offset = step >= HOUR ? new Date(low * 1000).getTimezoneOffset() * MINUTE : 0;
  const ticks: number[] = [];
  for (let k = Math.ceil((low - offset) / step); k * step + offset <= high; k++)
    ticks.push(k * step + offset);
  return ticks.length > 0 ? ticks : [low];
}

/** Round times since a beginning, in seconds, within [low, high]: about `count`. */
export function durationTicks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const step = TIME_STEPS.find((size) => size >= span / Math.max(1, count)) ?? 3650 * DAY;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high; k++) ticks.push(k * step || 0);
  return ticks.length > 0 ? ticks : [low];
}

const UNITS = [
  ["d", DAY],
  ["h", HOUR],
  ["min", MINUTE],
  ["s", 1],
] as const;
/** Of a unit no more than this are written; else the next larger one is written in front. */
const MOST_OF_UNIT = 999;

/**
 * Labels for times since a beginning, in seconds, all of one form: in the largest unit of which each is a whole number
 * ("90 min"), seconds with decimals below one; where that would be thousands, with larger units in front ("50 h 05 min").
 */
export function durationLabels(ticks: readonly number[]): string[] {
  const isWhole = (size: number): boolean =>
    ticks.every((tick) => Math.abs(tick / size - Math.round(tick / size)) < 1e-6);
  const largest = Math.max(...ticks.map(Math.abs));
  const place = UNITS.findIndex(([, size]) => size <= largest && isWhole(size));
  if (place < 0) return tickLabels(ticks).map((label) => (label === "0" ? label : `${label} s`));
  const [unit, size] = UNITS[place];
  const isLong = place > 0 && largest / size > MOST_OF_UNIT;
  // The first unit that any of the times has.
  const first = isLong ? UNITS.findIndex(([, larger]) => larger <= largest) : place;
  return ticks.map((tick) => {
    let rest = Math.round(Math.abs(tick) / size) * size;
    if (rest === 0) return "0";
    const sign = tick < 0 ? "−" : "";
    if (!isLong) return `${sign}${withSeparators(String(rest / size))} ${unit}`;
    const parts = UNITS.slice(first, place + 1).map(([name, each], i) => {
      const number = Math.floor(rest / each);
      rest -= number * each;
      return `${i === 0 ? withSeparators(String(number)) : String(number).padStart(2, "0")} ${name}`;
    });
    return sign + parts.join(" ");
  });
}

/** Labels for moments: as much of date and time as tells them apart, the date where the day begins. */
export function timeLabels(ticks: readonly number[]): string[] {
  const two = (number: number): string => String(number).padStart(2, "0");
  const gap = ticks.length > 1 ? ticks[1] - ticks[0] : 1;
  let lastDay = "";
  return ticks.map((tick) => {
    const date = new Date(tick * 1000);
    const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    if (gap >= DAY) return gap >= 300 * DAY ? String(date.getFullYear()) : day;
    const minute = `${two(date.getHours())}:${two(date.getMinutes())}`;
    const seconds = gap < 1 ? (date.getTime() / 1000) % 60 : date.getSeconds();
    const time =
      gap >= MINUTE ? minute : `${minute}:${two(Math.floor(seconds))}${gap < 1 ? fraction(seconds) : ""}`;
    const isNewDay = lastDay !== "" && day !== lastDay;
    lastDay = day;
    return isNewDay ? day : time;
  });
}

function fraction(seconds: number): string {
  return (seconds % 1).toFixed(3).slice(1);
}
