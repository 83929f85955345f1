/** Places of an axis' ticks. */

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

/** Powers of ten within [low, high] of a log axis, thinned or filled up with 2 and 5 times, to about `count`. */
export function logTicks(low: number, high: number, count: number): number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const decades = Math.log10(high) - Math.log10(low);
  if (decades < 0.7) return linearTicks(low, high, Math.min(count, 4)).filter((tick) => tick > 0);
  const factors = decades < count / 3 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const ticks: number[] = [];
  for (let exponent = from; exponent <= to; exponent++) {
    if (((exponent % stride) + stride) % stride !== 0) continue;
    for (const factor of factors) {
      // Number(…e…) is the nearest double; 10 ** -5 is not.
      const tick = Number(`${factor}e${exponent}`);
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
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
  const stride = Math.max(1, Math.ceil(decades / Math.max(1, count - 1)));
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
  return [...positive.map((tick) => -tick).reverse(), 0, ...positive].filter(
    (tick) => low <= tick && tick <= high,
  );
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

/** Labels for times since a beginning: "0", "90 s", "1 h 30 min"; as many parts as tell them apart. */
export function durationLabels(ticks: readonly number[]): string[] {
  return ticks.map((tick) => {
    let rest = Math.abs(tick);
    if (rest < MINUTE) return rest === 0 ? "0" : `${tick < 0 ? "−" : ""}${Number(rest.toPrecision(6))} s`;
    const parts: string[] = [];
    for (const [unit, size] of UNITS) {
      const number = unit === "s" ? Number(rest.toFixed(3)) : Math.floor(rest / size + 1e-9);
      rest -= number * size;
      if (number !== 0) parts.push(`${number} ${unit}`);
    }
    return (tick < 0 ? "−" : "") + parts.slice(0, 2).join(" ");
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
