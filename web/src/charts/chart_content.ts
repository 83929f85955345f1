/** The content of a chart: series, axes, ranges and colours. */

import type { RunStyle } from "../kit/colour";
import type { Axis, Range, Scale } from "../series/axis";
import type { Best } from "../series/best";
import type { Line } from "../series/line";

/** One curve with its restarts: a tag of a run, or of a group of runs. */
export interface DrawnSeries {
  key: string;
  /** The run's name, or the group's. */
  name: string;
  /** As much of the name as tells it apart from the others. */
  label: string;
  /** The tag; null in a chart of only one. */
  tag: string | null;
  style: RunStyle;
  lines: readonly Line[];
}

export interface ChartContent {
  series: readonly DrawnSeries[];
  axis: Axis;
  /** The names of the places 0, 1, … of an axis of runs; null for an axis of numbers. */
  places: readonly string[] | null;
  xScale: Scale;
  yScale: Scale;
  /** The ranges to show; null for all there is. */
  xRange: Range | null;
  yRange: Range | null;
  ignoresOutliers: boolean;
  best: Best | null;
  /** What the axes are, for a picture of its own. */
  xTitle: string;
  yTitle: string;
  ground: string;
  text: string;
  grid: string;
}
