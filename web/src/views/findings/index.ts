/** The findings view: what went wrong in the runs, a sentence each. */

import type { View } from "../view";
import { FindingsToolbar, FindingsView } from "./findings_view";
import "./findings.css";

export const view: View = {
  Toolbar: FindingsToolbar,
  Content: FindingsView,
  keys: [],
  help: [
    {
      title: "Findings",
      rows: [
        ["↓, ↑", "the next finding, and the one before"],
        ["Enter", "show it where it can be seen, at its step"],
      ],
    },
  ],
};
