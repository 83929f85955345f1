/**
 * Colours of runs: eight colour-blind-safe hues, then the same with two dash patterns.
 *
 * The hues are those of Okabe and Ito (Color Universal Design, 2008), made darker or lighter until they keep a
 * contrast of 3:1 against the theme's ground (WCAG 2.2, 1.4.11 "Non-text contrast"); their black is a grey here.
 */

export type Theme = "light" | "dark";

/** Of marks of numbers that are not finite, in every view. */
export const NAN_COLOUR = "#d6008f";
export const INFINITY_COLOUR = "#00a0b5";

export const GROUND: Record<Theme, string> = { light: "#ffffff", dark: "#16181c" };

/** Colours of a chart's frame: its ground, its labels, and its grid lines. */
export interface FrameColours {
  ground: string;
  text: string;
  grid: string;
}

export const FRAME: Record<Theme, FrameColours> = {
  light: { ground: GROUND.light, text: "#5c636e", grid: "#e6e8eb" },
  dark: { ground: GROUND.dark, text: "#9aa3af", grid: "#2b2f36" },
};

const HUES = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#a8a010", "#808080"];
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2]];
const LOWEST_CONTRAST = 3.05;

export interface RunStyle {
  colour: string;
  /** Lengths of strokes and gaps in CSS pixels; empty for an unbroken line. */
  dash: readonly number[];
}

type Rgb = [number, number, number];

function parse(colour: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as Rgb;
}

function print(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance of WCAG 2.2, of a colour as #rrggbb. */
function luminance(colour: string): number {
  const [red, green, blue] = parse(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio of WCAG 2.2 of two colours as #rrggbb: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The colour, moved towards black on a light ground and towards white on a dark one until it is readable. */
export function readable(colour: string, theme: Theme): string {
  const ground = GROUND[theme];
  const rgb = parse(colour);
  const target = theme === "light" ? 0 : 255;
  for (let share = 0; share <= 1; share += 0.02) {
    const moved = print(rgb.map((part) => part + (target - part) * share) as Rgb);
    if (contrast(moved, ground) >= LOWEST_CONTRAST) return moved;
  }
  return theme === "light" ? "#000000" : "#ffffff";
}

const PALETTES: Record<Theme, string[]> = {
  light: HUES.map((hue) => readable(hue, "light")),
  dark: HUES.map((hue) => readable(hue, "dark")),
};

/** How many places the palette has: hues, with each of the dash patterns. */
export const PLACES = HUES.length * DASHES.length;

/** The place with the same hue and the dash pattern that is `further` on. */
export function sameHue(color: number, further: number): number {
  return (color + further * HUES.length) % PLACES;
}

/** Colour and dash pattern of the run with this `color` of the catalogue. */
export function runStyle(color: number, theme: Theme): RunStyle {
  const palette = PALETTES[theme];
  const dash = DASHES[Math.floor(color / palette.length) % DASHES.length];
  return { colour: palette[color % palette.length], dash };
}

/** Points of the sequential scale, evenly spaced; after viridis (Smith and van der Walt, 2015). */
const SEQUENTIAL = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"];
/** The part of the scale that is readable on the ground as it is. */
const SEQUENTIAL_PART: Record<Theme, readonly [number, number]> = { light: [0, 0.59], dark: [0.3, 1] };

/** A colour of the sequential scale, for a share from 0 to 1: readable on the theme's ground. */
export function sequential(share: number, theme: Theme): string {
  const [from, to] = SEQUENTIAL_PART[theme];
  const place = (from + (to - from) * Math.min(1, Math.max(0, share))) * (SEQUENTIAL.length - 1);
  const low = Math.min(Math.floor(place), SEQUENTIAL.length - 2);
  const [one, other] = [parse(SEQUENTIAL[low]), parse(SEQUENTIAL[low + 1])];
  const mixed = one.map((part, i) => part + (other[i] - part) * (place - low)) as Rgb;
  return readable(print(mixed), theme);
}

/** Colour and dash pattern of what has this share of an ordered scale; `further` is the place of a tag among several. */
export function rampStyle(share: number, theme: Theme, further = 0): RunStyle {
  return { colour: sequential(share, theme), dash: DASHES[further % DASHES.length] };
}
