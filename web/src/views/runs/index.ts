/** The runs view: what runs were made with, beside what came of it. */

import { emphasis } from "../../state/emphasis";
import type { View } from "../view";
import { brushes, draftBrushes } from "./plotted";
import { showDetails } from "./pointing";
import { RunDetails } from "./run_details";
import { RunsView } from "./runs_view";
import { changeRunsView, runsViewFields } from "./runs_view_link";
import { Toolbar } from "./toolbar";
import "./runs_view.css";
import "./plots.css";

export const view: View = {
  Toolbar,
  Content: RunsView,
  Details: RunDetails,
  keys: [
    {
      key: "d",
      what: "details of that run",
      run: () => {
        if (emphasis.value !== null) showDetails(emphasis.value);
      },
    },
  ],
  help: [
    {
      title: "Parallel coordinates",
      rows: [
        ["drag on an axis", "keep the runs whose values are there; drag the brush or its ends to move it"],
        ["arrow keys on its ends", "the same by keys"],
        ["double-click", "take the brush of an axis back, beside the axes all of them, as Escape does"],
      ],
    },
  ],
  stepBack: () => {
    if (runsViewFields.detailsOf !== null) changeRunsView({ detailsOf: null });
    else if (brushes.value.length > 0) {
      draftBrushes.value = null;
      changeRunsView({ brushes: [] });
    } else return false;
    return true;
  },
};
