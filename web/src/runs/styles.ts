/** The look of a run wherever it is named: its group's where runs are grouped, the user's choice before its own. */

import type { Run } from "../api/catalogue";
import { type RunStyle, rampStyle, runStyle, sameHue, type Theme } from "../kit/colour";
import { chosenColours, theme } from "../state/preferences";
import { groupOfRun } from "./listed_runs";

export interface Coloured {
  name: string;
  color: number;
  /** Of groups in the order of a number: where it is among them, from 0 to 1. */
  share?: number;
}

/** The colour and dashes of a run or group; `further` is the place of a tag among several. */
export function styleIn(
  item: Coloured,
  colours: ReadonlyMap<string, number>,
  shade: Theme,
  further = 0,
): RunStyle {
  const chosen = colours.get(item.name);
  if (chosen === undefined && item.share !== undefined) return rampStyle(item.share, shade, further);
  return runStyle(sameHue(chosen ?? item.color, further), shade);
}

export function styleOf(item: Coloured): RunStyle {
  return styleIn(item, chosenColours.value, theme.value);
}

export function styleOfRun(run: Run): RunStyle {
  return styleOf(groupOfRun.value.get(run.name) ?? run);
}
