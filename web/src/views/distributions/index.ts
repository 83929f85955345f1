/** The distributions view: histograms of all runs over their steps, and at one of them. */

import { focusTagFilter } from "../steps/tag_filter";
import { stepKeys, timelineOf } from "../steps/timeline";
import type { View } from "../view";
import { placed } from "./distribution_values";
import { changeDistributions, distributionFields } from "./distributions_link";
import { DistributionsView } from "./distributions_view";
import { Toolbar } from "./toolbar";
import "./distributions.css";

export const view: View = {
  Toolbar,
  Timeline: timelineOf(placed.steps),
  Content: DistributionsView,
  keys: [{ key: "/", what: "filter tags", run: focusTagFilter }, ...stepKeys(placed.steps)],
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
