/** The view of precision-recall curves: those of all runs at one step, their ROC, and the areas below them over steps. */

import { formKeys, sizeKey } from "../steps/card_keys";
import { focusTagFilter } from "../steps/tag_filter";
import { stepKeys, timelineOf } from "../steps/timeline";
import type { View } from "../view";
import { changePr, FORMS, prFields } from "./pr_link";
import { curves } from "./pr_values";
import { PrView } from "./pr_view";
import { NAMES, Toolbar } from "./toolbar";
import "./pr.css";

export const view: View = {
  Toolbar,
  Timeline: timelineOf(curves.steps),
  Content: PrView,
  keys: [
    { key: "/", what: "filter tags", run: focusTagFilter },
    ...formKeys(FORMS, NAMES, (form) => changePr({ form })),
    sizeKey(
      () => prFields.expanded,
      (expanded) => changePr({ expanded }),
    ),
    ...stepKeys(curves.steps),
  ],
  help: [],
  empty: {
    what: "precision-recall curves",
    promise: "Each tag becomes a card here, with the curves of all runs, their ROC and the areas below them.",
    line: 'writer.add_pr_curve("classes/cat", labels, scores, step)',
  },
  stepBack: () => {
    if (prFields.threshold !== null) changePr({ threshold: null });
    else if (prFields.expanded !== null) changePr({ expanded: null });
    else return false;
    return true;
  },
};
