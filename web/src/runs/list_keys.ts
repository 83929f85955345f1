/**
 * The list of runs as one stop of the Tab key: arrows up and down go from row to row, left and right along the controls of
 * a row, Home and End to the first and the last row.
 */

import { signal } from "@preact/signals";
import { neighbour } from "../kit/neighbour";

/** The row that the Tab key leads to, as its element names it in `data-row`; null for the first that is there. */
export const rowOfTab = signal<string | null>(null);

const CONTROLS = "input, button";

function rowsIn(list: Element): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[data-row]")];
}

/** Those of a row that are to be seen. */
function controlsOf(row: Element): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>(CONTROLS)].filter(
    (control) => getComputedStyle(control).display !== "none",
  );
}

/** Bring the focus to a control of a row, the first at first, and the row into sight. */
function focusRow(row: HTMLElement | undefined, place = 0): void {
  if (row === undefined) return;
  rowOfTab.value = row.dataset.row ?? null;
  const controls = controlsOf(row);
  controls[Math.min(place, controls.length - 1)]?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** Bring the focus to the list. */
export function focusList(list: Element): void {
  const rows = rowsIn(list);
  focusRow(rows.find((row) => row.dataset.row === rowOfTab.peek()) ?? rows[0]);
}

/** A key that was pressed in the scrolled list. */
export function onListKey(event: KeyboardEvent, list: Element): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
  const row = event.target.closest<HTMLElement>("[data-row]");
  const control = event.target.closest<HTMLElement>(CONTROLS);
  if (row === null || control === null) return;
  const [rows, controls] = [rowsIn(list), controlsOf(row)];
  const [at, along] = [rows.indexOf(row), controls.indexOf(control)];
  const steps: Record<string, () => void> = {
    ArrowDown: () => focusRow(rows[neighbour(at, 1, rows.length)], along),
    ArrowUp: () => focusRow(rows[neighbour(at, -1, rows.length)], along),
    ArrowRight: () => controls[neighbour(along, 1, controls.length)]?.focus(),
    ArrowLeft: () => controls[neighbour(along, -1, controls.length)]?.focus(),
    Home: () => scrolled(list, 0, 0),
    End: () => scrolled(list, list.scrollHeight, -1),
  };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  step();
}

/** Only rows about those in sight are in the document: the row is there after it was scrolled to. */
function scrolled(list: Element, top: number, place: number): void {
  list.scrollTo(0, top);
  requestAnimationFrame(() => requestAnimationFrame(() => focusRow(rowsIn(list).at(place))));
}
