/** The layout of a chart that is saved as a picture: title, axes with their titles, and the names of its series below. */

import { type AxisLayout, widthOfLabels, xAxis, yAxis } from "./axes";
import type { ChartContent } from "./chart_content";
import type { Rectangle } from "./draw_axes";
import { projections } from "./draw_chart";
import type { Fit } from "./fit";
import { LEGEND_ROW, type LegendRow, legendOf } from "./legend";
import type { Projection } from "./projection";

/** All in CSS pixels. */
export interface Figure {
  width: number;
  height: number;
  plot: Rectangle;
  x: Projection;
  y: Projection;
  across: AxisLayout;
  up: AxisLayout;
  legend: readonly LegendRow[];
  /** The base line of each row of the legend. */
  legendTop: number;
}

const TITLE = 30;
const AXIS_TITLE = 16;
const LABELS_BELOW = 24;
const RIGHT = 12;
const END = 8;

/** For a chart that has a size on screen. */
export function figureOf(
  content: ChartContent,
  fit: Fit,
  { width, height }: { width: number; height: number },
): Figure {
  const legend = legendOf(content.series);
  const [top, bottom] = [TITLE, TITLE + Math.max(1, height - LABELS_BELOW)];
  const span = { top, height: bottom - top };
  const frame = bottom + LABELS_BELOW + AXIS_TITLE;
  const { y } = projections(content, fit, { left: 0, width: 1, ...span });
  const up = yAxis(content, fit, y, frame);
  const left = AXIS_TITLE + widthOfLabels(up);
  const plot = { left, width: Math.max(1, width - left - RIGHT), ...span };
  const { x } = projections(content, fit, plot);
  return {
    ...{ width, height: frame + LEGEND_ROW * legend.length + END, plot, x, y, up, legend },
    across: xAxis(content, fit, x, width),
    legendTop: frame + LEGEND_ROW - 4,
  };
}
