/** Which panels a card has, and how large they are. */

import { bandsPanel } from "./bands";
import { barsPanel } from "./bars";
import type { Form } from "./distributions_link";
import { heatPanel } from "./heat";
import type { HistogramPanel, PanelOptions, RunHistograms } from "./panel";
import { gridFor, highestCount, ridgePanel } from "./ridges";

export interface CardLayout {
  /** How many runs are drawn. */
  runs: number;
  /** Of each panel, in CSS pixels. */
  width: number;
  height: number;
}

/** Whether each run has a panel of its own. */
export function isBeside(form: Form): boolean {
  return form === "ridgeline" || form === "overlay" || form === "heat";
}

const [NARROWEST, NARROWEST_LARGE] = [140, 360];
/** Of panels in several rows. */
const LOWEST = 60;
const [MOST_BESIDE, MOST_OVER, MOST_OVER_LARGE] = [12, 8, 24];
export const NAMES = 18;
const LARGE_HEIGHT = 300;

export function layoutOf(
  form: Form,
  count: number,
  { width, height }: { width: number; height: number },
  isLarge: boolean,
): CardLayout {
  const all = Math.max(1, count);
  const own = isLarge ? LARGE_HEIGHT : Math.max(40, height - NAMES);
  if (!isBeside(form))
    return { runs: Math.min(all, isLarge ? MOST_OVER_LARGE : MOST_OVER), width, height: own };
  const fitting = Math.max(1, Math.floor(width / (isLarge ? NARROWEST_LARGE : NARROWEST)));
  if (isLarge) {
    const columns = Math.min(all, fitting);
    return { runs: Math.min(all, MOST_BESIDE), width: Math.floor(width / columns), height: own };
  }
  // Runs that have no room beside the others stand below them, as far as the card is high.
  const mostRows = Math.max(1, Math.floor(height / (LOWEST + NAMES)));
  const rows = Math.min(Math.ceil(all / fitting), mostRows);
  const runs = Math.min(all, fitting * rows, MOST_BESIDE);
  return {
    runs,
    width: Math.floor(width / Math.ceil(runs / rows)),
    height: Math.max(40, Math.floor(height / rows) - NAMES),
  };
}

export interface PlacedPanel {
  panel: HistogramPanel;
  runs: readonly RunHistograms[];
}

export function panelsOf(form: Form, runs: readonly RunHistograms[], options: PanelOptions): PlacedPanel[] {
  if (runs.length === 0) return [];
  if (form === "bands") return [{ panel: bandsPanel(runs, options), runs }];
  if (form === "step") return [{ panel: barsPanel(runs, options), runs }];
  if (form === "heat") return runs.map((run) => ({ panel: heatPanel(run, options), runs: [run] }));
  const grid = gridFor(options, options.size.width);
  const highest = highestCount(runs, grid, options.isCut);
  return runs.map((run) => ({
    panel: ridgePanel(run, options, highest, grid, form === "overlay"),
    runs: [run],
  }));
}
