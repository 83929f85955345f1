/** Keys of the whole page, and those of the view on screen. Escape steps back one thing. */

import { neighbour } from "../kit/neighbour";
import { listedRuns } from "../runs/listed_runs";
import { runMenu } from "../runs/run_menu";
import { changeRuns, runsFields, togglePin } from "../runs/runs_link";
import { toggled } from "../runs/selection";
import { emphasis, soughtRun } from "../state/emphasis";
import { closeDrawer, switchList } from "../state/narrow";
import { changePlace, placeFields } from "../state/place";
import { changeSubject, subjectFields } from "../state/subject";
import type { HelpRow, Key } from "../views/view";
import { shownView } from "./current_view";
import { isHelpShown } from "./help_state";

/** Keys of all views, in the order of the help. */
const KEYS: readonly Key[] = [
  { key: "j", what: "next run", run: () => moveEmphasis(1) },
  { key: "k", what: "run before", run: () => moveEmphasis(-1) },
  {
    key: "x",
    what: "hide or show that run",
    run: () => {
      const name = emphasis.value;
      if (name !== null) changeRuns({ selection: toggled(runsFields.selection, name) });
    },
  },
  {
    key: "p",
    what: "pin that run to the top of the list, or unpin it",
    run: () => {
      if (emphasis.value !== null) togglePin(emphasis.value);
    },
  },
  {
    key: "b",
    what: "hide or show the list of runs",
    run: switchList,
  },
  {
    key: "?",
    what: "show the keys",
    run: () => {
      isHelpShown.value = !isHelpShown.value;
    },
  },
];

/** The names of keys as they are printed, where they are words. */
const PRINTED: Record<string, string> = { ArrowLeft: "←", ArrowRight: "→", " ": "Space" };

/** Keys and their actions, as the help shows them: those of the view first. */
export function helpOfKeys(): HelpRow[] {
  const rows = [...(shownView.value?.view.keys ?? []), ...KEYS].map(
    ({ key, what }): HelpRow => [PRINTED[key] ?? key, what],
  );
  return [...rows, ["Escape", "step back: close, leave a field, make small, reset the zoom"]];
}

/** The texts that the filters take. */
export const FILTERS: readonly HelpRow[] = [
  ["train.*loss", "a regular expression for names, in upper or lower case"],
  ["lr>0.01 optimizer=adam", "runs by what they were run with and their last values"],
  ["min:val/loss<0.1", "runs by the lowest or highest (max:) value of a tag"],
  ["nan:train/loss", "runs in which a tag was NaN or infinite; nan:any for any tag"],
];

export const GESTURES: readonly HelpRow[] = [
  ["Alt-click on a run", "show only that run"],
  ["Click on a grey run", "show one that is not in memory: it is read, if the runs shown leave room for it"],
];

function isTyping(target: EventTarget | null): target is HTMLElement {
  return (
    (target instanceof HTMLInputElement && !["checkbox", "range"].includes(target.type)) ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}

/** Whether the space key presses what has the focus. */
function isPressed(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, summary, a, input") !== null;
}

export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  // A dialog has the keys to itself; Escape closes it without us. That of the help is the help's.
  if (document.querySelector("dialog:modal:not(.keys)") !== null) return;
  if (event.key === "Escape") {
    // A browser would empty the field without saying so, and the filter would stay.
    if (isTyping(event.target)) event.preventDefault();
    stepBack(event.target);
    return;
  }
  if (isTyping(event.target) || (event.key === " " && isPressed(event.target))) return;
  const found = [...(shownView.value?.view.keys ?? []), ...KEYS].find(({ key }) => key === event.key);
  if (found === undefined) return;
  event.preventDefault();
  found.run();
}

function moveEmphasis(step: number): void {
  const runs = listedRuns.value;
  if (runs.length === 0) return;
  const place = runs.findIndex((run) => run.name === emphasis.value);
  const { name } = runs[neighbour(place, step, runs.length)];
  emphasis.value = name;
  soughtRun.value = { name };
}

function stepBack(target: EventTarget | null): void {
  const opened = document.querySelector<HTMLDetailsElement>("details.notice[open], details.menu[open]");
  if (isHelpShown.value) isHelpShown.value = false;
  else if (runMenu.value !== null) runMenu.value = null;
  else if (opened !== null) opened.open = false;
  else if (isTyping(target)) target.blur();
  else if (closeDrawer()) return;
  else if (placeFields.place !== null) changePlace({ place: null });
  else if (shownView.value?.view.stepBack?.()) return;
  else if (subjectFields.subject !== "") changeSubject({ subject: "" });
  else emphasis.value = null;
}
