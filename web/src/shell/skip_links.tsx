/** The first stops of the Tab key: to the runs, and to the view. They are to be seen while they have the focus. */

import { focusList } from "../runs/list_keys";
import { listShown } from "../state/preferences";
import { shownView } from "./current_view";

function toRuns(): void {
  listShown.value = "yes";
  requestAnimationFrame(() => {
    const list = document.querySelector(".run-scroller");
    if (list !== null) focusList(list);
  });
}

function toView(): void {
  const view = document.querySelector<HTMLElement>("main");
  if (view === null) return;
  view.tabIndex = -1;
  view.focus();
}

/** Buttons, since the address' fragment is the state of the page. */
export function SkipLinks() {
  return (
    <nav class="skip-links" aria-label="Skip">
      <button type="button" onClick={toRuns}>
        Go to the runs
      </button>
      <button type="button" onClick={toView}>
        Go to {shownView.value?.entry.title.toLowerCase() ?? "the view"}
      </button>
    </nav>
  );
}
