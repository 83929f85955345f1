/** The images view: pictures of all runs side by side, at one step or over their steps. */

import { formKeys, sizeKey } from "../steps/card_keys";
import { focusTagFilter } from "../steps/tag_filter";
import { stepKeys, timelineOf } from "../steps/timeline";
import type { View } from "../view";
import { askForFirstScreen } from "./first_screen";
import { ACROSS, changeImages, imageFields } from "./image_link";
import { images } from "./image_values";
import { ImageView } from "./image_view";
import { Toolbar } from "./toolbar";
import "./images.css";

askForFirstScreen();

export const view: View = {
  Toolbar,
  Timeline: timelineOf(images.steps),
  Content: ImageView,
  keys: [
    { key: "/", what: "filter tags", run: focusTagFilter },
    ...formKeys(ACROSS, { runs: "the runs side by side", steps: "the steps side by side" }, (across) =>
      changeImages({ across }),
    ),
    sizeKey(
      () => imageFields.expanded,
      (expanded) => changeImages({ expanded }),
    ),
    ...stepKeys(images.steps),
  ],
  help: [],
  empty: {
    what: "images",
    promise: "Each tag becomes a card here, with the pictures of all runs side by side.",
    line: 'writer.add_image("samples", picture, step)',
  },
  stepBack: () => {
    if (imageFields.expanded === null) return false;
    changeImages({ expanded: null });
    return true;
  },
};
