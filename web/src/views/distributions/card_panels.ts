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
  const columns = Math.min(all, Math.max(1, Math.floor(width / (isLarge ? NARROWEST_LARGE : NARROWEST))));
  return {
    runs: isLarge ? Math.min(all, MOST_BESIDE) : columns,
    width: Math.floor(width / columns),
    height: own,
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
  const highest = highestCount(runs, grid);
  return runs.map((run) => ({
    panel: ridgePanel(run, options, highest, grid, form === "overlay"),
    runs: [run],
  }));
}
