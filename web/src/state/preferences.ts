/** The preferences that one browser remembers: theme, widths, how charts behave, colours that were chosen. Storage may be forbidden (private windows, iframes). */

import { computed, effect, type Signal, signal } from "@preact/signals";
import type { Theme } from "../kit/colour";

const system = window.matchMedia("(prefers-color-scheme: dark)");

function read(key: string): string | null {
  try {
    return localStorage.getItem(`cutaway.${key}`);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`cutaway.${key}`, value);
  } catch {
    // Then the preference lasts as long as the page.
  }
}

const stored = read("theme");
const isChosen = stored === "light" || stored === "dark";

export const theme = signal<Theme>(isChosen ? stored : system.matches ? "dark" : "light");

export const NARROWEST = 160;
export const WIDEST = 600;
export const isListWidthChosen = read("width") !== null;
export const sidebarWidth = signal(Math.min(WIDEST, Math.max(NARROWEST, Number(read("width")) || 260)));

export function setSidebarWidth(width: number): void {
  sidebarWidth.value = width;
  write("width", String(width));
}

export function switchTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  write("theme", theme.value);
}

/** A choice among words that is remembered. */
function remembered<Word extends string>(key: string, words: readonly Word[], initial: Word): Signal<Word> {
  const choice = signal(words.find((word) => word === read(key)) ?? initial);
  effect(() => {
    if (choice.value !== initial || read(key) !== null) write(key, choice.value);
  });
  return choice;
}

/** Whether the list of runs is there. */
export const listShown = remembered("list", ["yes", "no"], "yes");

/** Whether a zoom and the pointer's place are those of one chart, or of all. */
export const sharing = remembered("sharing", ["all", "one"], "all");

export const TOOLTIP_ORDERS = ["value", "nearest", "name"] as const;
export const tooltipOrder = remembered("tooltip", TOOLTIP_ORDERS, "value");

export const CHART_SIZES = ["small", "medium", "large"] as const;
export const chartSize = remembered("size", CHART_SIZES, "medium");

const COLUMN_WIDTH = 88;
/** Of a few digits: two such columns and the names are as wide as the list is at first. */
const NUMBER_WIDTH = 64;
const NUMBERS = /^(?:step$|(?:last|best|min|max):)/u;
/** Of a date with its time, and of a duration in two units. */
const TIME_WIDTHS: ReadonlyMap<string, number> = new Map([
  ["start", 156],
  ["duration", 104],
]);
export const NARROWEST_COLUMN = 36;
export const WIDEST_COLUMN = 400;
const columnWidths = signal<Record<string, number>>(readWidths());

function readWidths(): Record<string, number> {
  try {
    const stored: unknown = JSON.parse(read("columns") ?? "{}");
    const widths = Object.entries(stored ?? {}).filter(([, width]) => Number.isFinite(width));
    return Object.fromEntries(widths) as Record<string, number>;
  } catch {
    return {};
  }
}

/** The width of a column of the list of runs, in pixels: the user's, else the usual one or more where `least` says so. */
export function columnWidth(column: string, least = 0): number {
  const usual = TIME_WIDTHS.get(column) ?? (NUMBERS.test(column) ? NUMBER_WIDTH : COLUMN_WIDTH);
  return columnWidths.value[column] ?? Math.max(usual, least);
}

export function setColumnWidth(column: string, width: number): void {
  columnWidths.value = { ...columnWidths.value, [column]: width };
  write("columns", JSON.stringify(columnWidths.value));
}

export const NARROWEST_OUTLINE = 140;
export const WIDEST_OUTLINE = 480;
/** Of a model's outline beside its drawing, in pixels; and whether it is there. */
export const outlineWidth = signal(
  Math.min(WIDEST_OUTLINE, Math.max(NARROWEST_OUTLINE, Number(read("outline-width")) || 220)),
);
export const outlineShown = remembered("outline", ["yes", "no"], "yes");

export function setOutlineWidth(width: number): void {
  outlineWidth.value = width;
  write("outline-width", String(width));
}

/** The columns of a model's table that differ from the usual ones: whether each is there. */
export const modelColumns = signal<Readonly<Record<string, boolean>>>(readModelColumns());

function readModelColumns(): Record<string, boolean> {
  try {
    const stored: unknown = JSON.parse(read("model-columns") ?? "{}");
    const known = Object.entries(stored ?? {}).filter(([, isThere]) => typeof isThere === "boolean");
    return Object.fromEntries(known) as Record<string, boolean>;
  } catch {
    return {};
  }
}

export function setModelColumn(column: string, isThere: boolean): void {
  modelColumns.value = { ...modelColumns.value, [column]: isThere };
  write("model-columns", JSON.stringify(modelColumns.value));
}

/** Whether new points appear as they are written. */
export const isPaused = signal(false);

/** The log directory whose colours are known; set when the catalogue is here. */
export const colourPlace = signal<string | null>(null);
const colourChanges = signal(0);

/** Places in the palette that the user chose, by names of runs and groups. */
export const chosenColours = computed<ReadonlyMap<string, number>>(() => {
  void colourChanges.value;
  const found = new Map<string, number>();
  try {
    const stored: unknown = JSON.parse(read(`colours.${colourPlace.value}`) ?? "{}");
    for (const [name, color] of Object.entries(stored ?? {})) {
      if (Number.isSafeInteger(color) && color >= 0) found.set(name, color);
    }
  } catch {
    // Text that other code wrote there is not a choice.
  }
  return found;
});

/** Give a run or a group a colour; null for the one it has by itself. */
export function chooseColour(name: string, color: number | null): void {
  const colours = new Map(chosenColours.value);
  if (color === null) colours.delete(name);
  else colours.set(name, color);
  write(`colours.${colourPlace.value}`, JSON.stringify(Object.fromEntries(colours)));
  colourChanges.value++;
}

/** Follow the system's theme until the user chooses one, and tell the style sheet. */
export function startPreferences(): void {
  system.addEventListener("change", () => {
    if (read("theme") === null) theme.value = system.matches ? "dark" : "light";
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}
