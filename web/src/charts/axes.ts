/** Ticks of a chart's axes and their labels. */

import type { Fit } from "./fit";
import { logTickLabels, tickLabels } from "./format";
import type { ChartModel } from "./model";
import {
  durationLabels,
  durationTicks,
  linearTicks,
  logTicks,
  symlogTicks,
  timeLabels,
  timeTicks,
} from "./ticks";

type Axes = Pick<ChartModel, "axis" | "xScale" | "yScale">;

/** As many as a chart of that width, in CSS pixels, has room for. */
export function xTicks({ axis, xScale }: Axes, { x }: Fit, width: number): number[] {
  if (axis === "wall") return timeTicks(...x, width / 105);
  if (xScale === "log") return logTicks(...x, width / 65);
  if (xScale === "symlog") return symlogTicks(...x, 1, width / 65);
  return axis === "relative" ? durationTicks(...x, width / 75) : linearTicks(...x, width / 90);
}

export function yTicks({ yScale }: Axes, { y, threshold }: Fit, height: number): number[] {
  if (yScale === "log") return logTicks(...y, height / 31);
  return yScale === "symlog" ? symlogTicks(...y, threshold, height / 31) : linearTicks(...y, height / 43);
}

export function xLabels({ axis, xScale }: Axes, ticks: readonly number[]): string[] {
  if (axis === "wall") return timeLabels(ticks);
  if (axis === "relative") return durationLabels(ticks);
  return xScale === "linear" ? tickLabels(ticks) : logTickLabels(ticks);
}

export function yLabels({ yScale }: Axes, ticks: readonly number[]): string[] {
  return yScale === "linear" ? tickLabels(ticks) : logTickLabels(ticks);
}
