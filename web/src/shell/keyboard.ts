/** Keys of the whole page; `KEYS` is what the help shows. Escape steps back one thing. */

import { runMenu } from "../runs/run_menu";
import { toggled } from "../runs/selection";
import { listShown } from "../state/preferences";
import { changeView, emphasis, isHelpShown, listedRuns, togglePin, viewed } from "../state/state";
import { AXES, UNZOOMED } from "../state/url_state";
import { tooltip } from "../views/scalars/tooltip_state";

/** Keys and what they do, in the order of the help. */
export const KEYS: readonly (readonly [string, string])[] = [
  ["/", "filter tags"],
  ["j, k", "next run, run before"],
  ["x", "hide or show that run"],
  ["p", "pin that run to the top of the list, or unpin it"],
  ["f", "make the chart that is pointed at large, or small again"],
  ["b", "hide or show the list of runs"],
  ["r", "show the whole range of all charts"],
  ["?", "show the keys"],
  ["Escape", "step back: close, leave a field, make small, reset the zoom"],
];

/** Those of a chart that has the focus. */
export const CHART_KEYS: readonly (readonly [string, string])[] = [
  ["← →", "point before, next point; with Shift, ten of them"],
  ["Home, End", "first point, last point"],
  ["↑ ↓", "curve above, curve below"],
  ["Enter", "keep the place marked, with all its values at the right"],
  ["+ −", "zoom x about the place"],
];

/** What the filters take. */
export const FILTERS: readonly (readonly [string, string])[] = [
  ["train.*loss", "a regular expression for names, whatever the case"],
  ["lr>0.01 optimizer=adam", "runs by what they were run with and their last values"],
  ["min:val/loss<0.1", "runs by the lowest or highest (max:) value of a tag"],
];

export const GESTURES: readonly (readonly [string, string])[] = [
  ["drag in a chart", "zoom into that range of x, in all charts"],
  ["Shift-drag in a chart", "zoom into that range of x, and of y in this chart"],
  ["Ctrl or ⌘ and wheel", "zoom x about the pointer"],
  ["double click in a chart", "show the whole range"],
  ["click in a chart", "keep the place marked, with all its values at the right"],
  ["one finger, two fingers", "read values, zoom x"],
  ["Alt-click on a run", "show only that run"],
];

function isTyping(target: EventTarget | null): target is HTMLElement {
  return (
    (target instanceof HTMLInputElement && !["checkbox", "range"].includes(target.type)) ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}

const ACTIONS: Record<string, () => void> = {
  "/": () => {
    const filter = document.querySelector<HTMLInputElement>("[data-testid=tag-filter]");
    filter?.focus();
    filter?.select();
  },
  j: () => moveEmphasis(1),
  k: () => moveEmphasis(-1),
  x: () => {
    const name = emphasis.value;
    if (name !== null) changeView({ selection: toggled(viewed.selection, name) });
  },
  p: () => {
    if (emphasis.value !== null) togglePin(emphasis.value);
  },
  f: () => {
    changeView({ expanded: viewed.expanded === null ? (tooltip.value?.key ?? null) : null });
  },
  b: () => {
    listShown.value = listShown.value === "yes" ? "no" : "yes";
  },
  r: resetZoom,
  "?": () => {
    isHelpShown.value = !isHelpShown.value;
  },
};

export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  // A dialog has the keys to itself; Escape closes it without us. That of the help is the help's.
  if (document.querySelector("dialog:modal:not(.keys)") !== null) return;
  if (event.key === "Escape") {
    // A browser would empty the field without saying so, and the filter would stay.
    if (isTyping(event.target)) event.preventDefault();
    stepBack(event.target);
  } else if (!isTyping(event.target) && Object.hasOwn(ACTIONS, event.key)) {
    event.preventDefault();
    ACTIONS[event.key]();
  }
}

/** The place in a list of `count` that is `step` from another, at the ends of it at most; from nowhere the first or last. */
export function neighbour(place: number, step: number, count: number): number {
  if (place < 0) return step > 0 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, place + step));
}

function moveEmphasis(step: number): void {
  const runs = listedRuns.value;
  if (runs.length === 0) return;
  const place = runs.findIndex((run) => run.name === emphasis.value);
  emphasis.value = runs[neighbour(place, step, runs.length)].name;
}

export function isZoomed(): boolean {
  const { zoom, ranges } = viewed;
  return ranges.size > 0 || AXES.some((axis) => zoom[axis] !== null);
}

export function resetZoom(): void {
  if (isZoomed()) changeView({ zoom: UNZOOMED, ranges: new Map() });
}

function stepBack(target: EventTarget | null): void {
  const notice = document.querySelector<HTMLDetailsElement>("details.notice[open], details.menu[open]");
  if (isHelpShown.value) isHelpShown.value = false;
  else if (runMenu.value !== null) runMenu.value = null;
  else if (notice !== null) notice.open = false;
  else if (isTyping(target)) target.blur();
  else if (viewed.fixedCursor !== null) changeView({ fixedCursor: null });
  else if (viewed.expanded !== null) changeView({ expanded: null });
  else if (isZoomed()) resetZoom();
  else emphasis.value = null;
}
