/** The text view: texts of all runs side by side, at one step. */

import { formKeys, sizeKey } from "../steps/card_keys";
import { focusTagFilter } from "../steps/tag_filter";
import { stepKeys, timelineOf } from "../steps/timeline";
import type { View } from "../view";
import { changeText, FORMATS, textFields } from "./text_link";
import { texts } from "./text_values";
import { TextView } from "./text_view";
import { Toolbar } from "./toolbar";
import "./text.css";

export const view: View = {
  Toolbar,
  Timeline: timelineOf(texts.steps),
  Content: TextView,
  keys: [
    { key: "/", what: "filter tags", run: focusTagFilter },
    ...formKeys(FORMATS, { markdown: "texts as Markdown", plain: "texts as recorded" }, (format) =>
      changeText({ format }),
    ),
    sizeKey(
      () => textFields.expanded,
      (expanded) => changeText({ expanded }),
    ),
    ...stepKeys(texts.steps),
  ],
  help: [],
  empty: {
    what: "texts",
    promise: "Each tag becomes a row here, with the texts of all runs side by side.",
    line: 'writer.add_text("samples", "**prompt** and what came of it", step)',
  },
  stepBack: () => {
    if (textFields.expanded === null) return false;
    changeText({ expanded: null });
    return true;
  },
};
