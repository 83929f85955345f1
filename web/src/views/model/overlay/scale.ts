/** Numbers as shares of a scale, and as colours: pure. */

import {
  contrast,
  FRAME,
  GROUND,
  INFINITY_COLOUR,
  NAN_COLOUR,
  sequential,
  type Theme,
} from "../../../kit/colour";

/** Where numbers lie on a scale from 0 to 1. On a diverging one zero is in its middle. */
export interface Scale {
  low: number;
  high: number;
  kind: "linear" | "log" | "diverging";
}

/** From so many times the lowest number on colours tell magnitudes apart. */
const LOG_FROM = 100;

/** The scale of some numbers, zeros and those that are not finite aside; null where there are no others. */
export function scaleOf(values: Iterable<number>, wanted: "linear" | "log" | null): Scale | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value) || value === 0) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return null;
  if (low < 0) {
    const most = Math.max(-low, high);
    return high > 0 ? { low: -most, high: most, kind: "diverging" } : { low, high, kind: "linear" };
  }
  const isLog = wanted === null ? high / low >= LOG_FROM : wanted === "log";
  return { low, high, kind: isLog ? "log" : "linear" };
}

/** From 0 to 1; a number alone is in the middle, and those beyond the ends are at the ends. */
export function shareOf(value: number, { low, high, kind }: Scale): number {
  if (low === high) return 0.5;
  if (kind === "log") {
    if (value <= 0) return 0;
    return clamped(Math.log(value / low) / Math.log(high / low));
  }
  // Halves, since the distance of two doubles may be more than a double holds.
  return clamped((value / 2 - low / 2) / (high / 2 - low / 2));
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** What is special about a number: such numbers have marks of their own, the same in every view. */
export type Mark = "zero" | "nan" | "+inf" | "-inf";

export function markOfNumber(value: number): Mark | null {
  if (Number.isNaN(value)) return "nan";
  if (value === 0) return "zero";
  if (Number.isFinite(value)) return null;
  return value > 0 ? "+inf" : "-inf";
}

/** Blue, grey, red: the grey is that of the ground's frame. */
const DIVERGING: Record<Theme, readonly [string, string, string]> = {
  light: ["#1f5fa8", "#d5d8dc", "#b3261e"],
  dark: ["#6cb2f5", "#4a5059", "#ff8f87"],
};

/** So many colours are told apart. */
const STEPS = 128;
const known = new Map<string, readonly string[]>();

function coloursOf(isDiverging: boolean, theme: Theme): readonly string[] {
  const key = `${isDiverging} ${theme}`;
  let colours = known.get(key);
  if (colours === undefined) {
    colours = Array.from({ length: STEPS + 1 }, (_, i) =>
      isDiverging ? diverging(i / STEPS, theme) : sequential(i / STEPS, theme),
    );
    known.set(key, colours);
  }
  return colours;
}

function diverging(share: number, theme: Theme): string {
  const [cold, middle, warm] = DIVERGING[theme];
  return share < 0.5 ? mixed(cold, middle, share * 2) : mixed(middle, warm, share * 2 - 1);
}

/** A colour between two, as #rrggbb. */
export function mixed(one: string, other: string, share: number): string {
  const part = (at: number): string => {
    const [from, to] = [one, other].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    return Math.round(from + (to - from) * share)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${part(1)}${part(3)}${part(5)}`;
}

export function colourOfShare(share: number, scale: Scale, theme: Theme): string {
  return coloursOf(scale.kind === "diverging", theme)[Math.round(share * STEPS)];
}

/** The colour of a number; a zero is hatched on what has none. */
export function colourOfNumber(value: number, scale: Scale | null, theme: Theme): string | null {
  const mark = markOfNumber(value);
  if (mark === "nan") return NAN_COLOUR;
  if (mark === "+inf" || mark === "-inf") return INFINITY_COLOUR;
  if (mark === "zero") return FRAME[theme].grid;
  return scale === null ? null : colourOfShare(shareOf(value, scale), scale, theme);
}

/** The scale as a CSS gradient, for a legend. */
export function gradientOf(scale: Scale, theme: Theme): string {
  const stops = Array.from({ length: 9 }, (_, i) => colourOfShare(i / 8, scale, theme));
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

const INK: Record<Theme, string> = { light: "#1c2026", dark: "#e4e7eb" };
const inks = new Map<string, string>();

/** The colour of text on a colour, or on the ground where that is null. */
export function inkOn(colour: string | null, theme: Theme): string {
  if (colour === null) return INK[theme];
  let ink = inks.get(colour);
  if (ink === undefined) {
    ink = contrast(colour, INK.light) >= contrast(colour, GROUND.light) ? INK.light : GROUND.light;
    inks.set(colour, ink);
  }
  return ink;
}
