/** The look of a run wherever it is named: its group's where runs are grouped, the user's choice before its own. */

import type { Run } from "../api/catalogue";
import { type RunStyle, runStyle } from "../kit/colour";
import { chosenColours, theme } from "../state/preferences";
import { groupOfRun } from "./listed_runs";

/** The colour of a run or group: the user's choice, else its own. */
export function colourOf(
  item: { name: string; color: number },
  colours: ReadonlyMap<string, number>,
): number {
  return colours.get(item.name) ?? item.color;
}

export function styleOf(item: { name: string; color: number }): RunStyle {
  return runStyle(colourOf(item, chosenColours.value), theme.value);
}

export function styleOfRun(run: Run): RunStyle {
  return styleOf(groupOfRun.value.get(run.name) ?? run);
}
