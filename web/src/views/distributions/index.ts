/** The distributions view: histograms of all runs over their steps, and at one of them. */

import { formKeys, sizeKey } from "../steps/card_keys";
import { focusTagFilter } from "../steps/tag_filter";
import { stepKeys, timelineOf } from "../steps/timeline";
import type { View } from "../view";
import { placed } from "./distribution_values";
import { changeDistributions, distributionFields, FORMS } from "./distributions_link";
import { DistributionsView } from "./distributions_view";
import { NAMES, Toolbar } from "./toolbar";
import "./distributions.css";

export const view: View = {
  Toolbar,
  Timeline: timelineOf(placed.steps),
  Content: DistributionsView,
  keys: [
    { key: "/", what: "filter tags", run: focusTagFilter },
    ...formKeys(FORMS, NAMES, (form) => changeDistributions({ form })),
    sizeKey(
      () => distributionFields.expanded,
      (expanded) => changeDistributions({ expanded }),
    ),
    ...stepKeys(placed.steps),
  ],
  help: [],
  empty: {
    what: "histograms",
    promise: "Each tag becomes a card here, with its distribution over the steps of all runs.",
    line: 'writer.add_histogram("weights/fc", model.fc.weight, step)',
  },
  stepBack: () => {
    if (distributionFields.expanded === null) return false;
    changeDistributions({ expanded: null });
    return true;
  },
};
