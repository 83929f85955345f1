/** Numbers as people read them. */

const MINUS = "−";
const NAN_AND_INFINITIES = new Map([
  [Number.POSITIVE_INFINITY, "+Inf"],
  [Number.NEGATIVE_INFINITY, `${MINUS}Inf`],
]);

function notFinite(value: number): string {
  return NAN_AND_INFINITIES.get(value) ?? "NaN";
}

/** A number in decimal notation, its whole part with thousands separators: "123,457", "−1,024.5". */
export function withSeparators(text: string): string {
  const sign = text.startsWith("-") ? MINUS : "";
  const [whole, fraction] = text.replace("-", "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return sign + grouped + (fraction === undefined ? "" : `.${fraction}`);
}

/** A step: whole, with thousands separators. */
export function formatStep(step: number): string {
  if (!Number.isFinite(step)) return notFinite(step);
  return withSeparators(Number.isInteger(step) ? BigInt(step).toString() : step.toFixed(2));
}

function tidy(text: string): string {
  const [mantissa, exponent] = text.split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  if (exponent === undefined) return withSeparators(short);
  return `${short.replace("-", MINUS)}e${exponent.replace("+", "").replace("-", MINUS)}`;
}

/** A value with so many significant digits; exponents below 1e-4 and from 1e9 on. */
export function formatValue(value: number, digits = 6): string {
  if (!Number.isFinite(value)) return notFinite(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e9) return tidy(value.toExponential(digits - 1));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return tidy(value.toFixed(Math.min(decimals, 20)));
}

/** Four significant digits for a narrow place: with an exponent where eight characters are not enough and it is shorter. */
export function formatShort(value: number): string {
  const plain = formatValue(value, 4);
  if (plain.length <= 8 || !Number.isFinite(value)) return plain;
  const short = tidy(value.toExponential(3));
  return short.length < plain.length ? short : plain;
}

/** As `formatShort`, with fewer digits where so many characters are not enough, but two at least. */
export function formatFitting(value: number, characters: number): string {
  let text = formatShort(value);
  for (let digits = 3; digits >= 2 && text.length > characters; digits--) {
    const plain = formatValue(value, digits);
    const exponent = Number.isFinite(value) ? tidy(value.toExponential(digits - 1)) : plain;
    text = exponent.length < plain.length ? exponent : plain;
  }
  return text;
}

/** The shortest digits that name the value exactly, as a float32 or a float64. */
export function formatExact(value: number, isFloat32: boolean): string {
  if (!Number.isFinite(value)) return notFinite(value);
  if (!isFloat32) return tidy(String(value));
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return tidy(String(Number(text)));
  }
  return tidy(String(value));
}

const SI_STEPS: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

function si(value: number, unit: string, space: string): string {
  for (const [size, prefix] of SI_STEPS) {
    // 999,950 and more would be printed as 1000 of the smaller unit.
    if (value >= size * 0.99995) return `${tidy((value / size).toPrecision(3))}${space}${prefix}${unit}`;
  }
  return `${Number(value.toPrecision(3))}${unit === "" ? "" : ` ${unit}`}`;
}

/** A count: "900", "14.5 k", "1.2 M". */
export function formatCount(count: number): string {
  return si(count, "", " ");
}

/** A number of bytes in SI units: "14.5 kB". */
export function formatBytes(bytes: number): string {
  return si(bytes, "B", " ");
}

/** Seconds as "42 s", "5 min 12 s", "2 h 13 min", "3 d 4 h". */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "";
  if (seconds < 10) return `${tidy(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const start = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(start, start + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

/** How long ago, to one unit: "now", "42 s ago", "5 min ago", "3 h ago", "4 d ago". */
export function formatAge(seconds: number): string {
  const units: [number, string][] = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const found = units.find(([size]) => seconds >= size);
  return found === undefined ? "now" : `${Math.floor(seconds / found[0])} ${found[1]} ago`;
}

/** A wall time (seconds since the epoch) as ISO date and time in the local time zone. */
export function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return notFinite(seconds);
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "1 run", "1,000 runs". */
export function plural(count: number, noun: string): string {
  return `${withSeparators(String(count))} ${noun}${count === 1 ? "" : "s"}`;
}

/** The fewest decimals that tell ticks apart which are `gap` from each other, none of them rounded. */
function decimalsOf(ticks: readonly number[], gap: number): number {
  let decimals = Math.min(20, Math.max(0, -Math.floor(Math.log10(gap) + 1e-9)));
  const isRounded = (tick: number): boolean => Math.abs(Number(tick.toFixed(decimals)) - tick) > gap * 1e-3;
  while (decimals < 20 && ticks.some(isRounded)) decimals++;
  return decimals;
}

/** Labels of an axis' ticks, with as few digits as tell them apart, and all in one unit: none, k, M, G, T or a power of ten. */
export function tickLabels(ticks: readonly number[]): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  let gap = Number.POSITIVE_INFINITY;
  for (let i = 1; i < ticks.length; i++) gap = Math.min(gap, Math.abs(ticks[i] - ticks[i - 1]));
  if (!Number.isFinite(gap) || gap === 0) gap = largest || 1;
  const inUnits = (size: number, unit: string): string[] => {
    // Of the smallest numbers the quotient has no power of ten to be divided by.
    const shown = ticks.map((tick) => (size < 1e-300 ? (tick * 1e300) / (size * 1e300) : tick / size));
    const decimals = decimalsOf(shown, gap / size);
    return shown.map((tick) => (tick === 0 ? "0" : withSeparators(tick.toFixed(decimals)) + unit));
  };
  if (largest > 0 && (largest < 1e-3 || largest >= 1e15)) {
    const exponent = Math.max(-323, Math.floor(Math.log10(largest) + 1e-9));
    return inUnits(Number(`1e${exponent}`), `e${String(exponent).replace("-", MINUS)}`);
  }
  // Four digits are read as they are; with more than three decimals a unit would be no help.
  const [size, prefix] = SI_STEPS.find(([step]) => largest >= (step === 1e3 ? 1e4 : step)) ?? [1, ""];
  return gap >= size / 1000 ? inUnits(size, prefix) : inUnits(1, "");
}

/**
 * Labels of a log axis' ticks, all in one notation: as they are, in one of the units k, M, G and T, or, over more decades
 * than these have room for, with powers of ten.
 */
export function logTickLabels(ticks: readonly number[]): string[] {
  const sizes = ticks.filter((tick) => tick !== 0).map(Math.abs);
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  const inUnits = (size: number, unit: string): string[] =>
    ticks.map((tick) => (tick === 0 ? "0" : tidy(String(Number((tick / size).toPrecision(6)))) + unit));
  if (smallest >= 1e-3 && largest < 1e4) return inUnits(1, "");
  const unit = SI_STEPS.find(([size]) => largest >= size);
  if (unit !== undefined && smallest >= unit[0] / 100 && largest < unit[0] * 1e4) return inUnits(...unit);
  if (smallest >= 1e-3 && largest <= 1e6) return inUnits(1, "");
  return ticks.map((tick) => (tick === 0 ? "0" : tidy(Number(tick.toPrecision(6)).toExponential())));
}
