/** How wide the list of runs has to be for its columns to be seen. */

import { columnWidth, isListWidthChosen, setSidebarWidth, sidebarWidth, WIDEST } from "../state/preferences";
import { runsFields } from "./runs_link";
import { NAMES_WIDTH, shownColumns } from "./shown_columns";

/** The width now, or more where the columns need it: as much as leaves the charts most of the window. */
function widthForColumns(): number {
  const wanted = shownColumns.value.reduce((sum, column) => sum + columnWidth(column), NAMES_WIDTH);
  return Math.max(sidebarWidth.value, Math.round(Math.min(wanted, WIDEST, innerWidth * 0.4)));
}

/** Widen the list for columns that the user has added. */
export function makeRoomForColumns(): void {
  setSidebarWidth(widthForColumns());
}

/** The share of the window that the list has at first where it has the columns that it has by itself. */
const SHARE = 0.26;

/** The columns of a link are seen, too, unless the user had set the width. It is not the width of other links. */
export function startListWidth(): void {
  if (isListWidthChosen) return;
  // The key metric is not known yet, and the list is not to become wider when it is: as if there were one.
  if (runsFields.columns === null)
    sidebarWidth.value = Math.round(
      Math.max(sidebarWidth.value, Math.min(NAMES_WIDTH + 3 * columnWidth("step"), innerWidth * SHARE)),
    );
  else sidebarWidth.value = widthForColumns();
}
