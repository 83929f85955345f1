/** The columns of the list: those that the user chose, else as many of the usual ones as there is room for. */

import { computed, signal } from "@preact/signals";
import { formatFitting } from "../kit/format";
import { columnWidth, sidebarWidth } from "../state/preferences";
import { scalarTags } from "../state/server";
import { keyMetric } from "./metrics";
import { type Cell, columnName } from "./run_columns";
import { changeRuns, runsFields } from "./runs_link";

/** The width of runs' names beside columns, in pixels, boxes and swatches included. */
export const NAMES_WIDTH = 200;

/** The key metric's best and last value and the step, as they fall away from the end where there is no room. */
const usualColumns = computed<readonly string[]>(() => {
  const key = keyMetric(scalarTags.value.map(({ name }) => name));
  return key === null ? ["step"] : [`best:${key}`, `last:${key}`, "step"];
});

const defaultColumns = computed<readonly string[]>(() => {
  const room = sidebarWidth.value - NAMES_WIDTH;
  let width = 0;
  // A column that is cut would show another number.
  const fitting = usualColumns.value.filter((column, place) => {
    width += columnWidth(column);
    return place === 0 || width <= room;
  });
  const [best, last, ...others] = fitting;
  return last === undefined ? fitting : [last, best, ...others];
});

/** The columns that a view which is the list at full width has by itself; null while the list stands beside a view. */
export const fullColumns = signal<readonly string[] | null>(null);

export const shownColumns = computed<readonly string[]>(() =>
  fullColumns.value === null
    ? (runsFields.columns ?? defaultColumns.value)
    : (runsFields.tableColumns ?? fullColumns.value),
);

const VALUES = /^(?:last|best|min|max):/u;

/** At full width there is room for the names of columns: pixels of a character, and beside the name. */
const CHARACTER_WIDTH = 6.5;
const BESIDE_NAME = 18;
const WIDEST_BY_NAME = 180;

/** The width of a column of the list as it stands now, in pixels. */
export function shownWidth(column: string): number {
  if (fullColumns.value === null) return columnWidth(column);
  const byName = BESIDE_NAME + CHARACTER_WIDTH * columnName(column).length;
  return columnWidth(column, Math.min(WIDEST_BY_NAME, Math.ceil(byName)));
}

/** The width of a digit in a cell, and what is beside the text, in pixels: of a wide font, and bold as the best is. */
const DIGIT_WIDTH = 8;
const BESIDE_TEXT = 8;

/** A cell's text, with fewer digits where a value would be cut: one that is cut looks like another one. */
export function shownText(column: string, { value, text }: Cell): string {
  if (!VALUES.test(column) || typeof value !== "number") return text;
  return formatFitting(value, Math.floor((shownWidth(column) - BESIDE_TEXT) / DIGIT_WIDTH));
}

/** Choose the columns of the list, beside a view or at full width. */
export function chooseColumns(columns: readonly string[]): void {
  changeRuns(fullColumns.peek() === null ? { columns } : { tableColumns: columns });
}
