/** Ticks of a chart's axes and their labels. */

import { logTickLabels, tickLabels } from "../kit/format";
import type { ChartContent } from "./chart_content";
import type { Fit } from "./fit";
import {
  durationLabels,
  durationTicks,
  linearTicks,
  logTicks,
  symlogTicks,
  timeLabels,
  timeTicks,
} from "./ticks";

type Axes = Pick<ChartContent, "axis" | "xScale" | "yScale">;

/** The width of a label's character, and the least room between two labels, in CSS pixels. */
const CHARACTER = 6.3;
const GAP = 20;

/** Ticks of a linear x axis as close as their labels, which differ in length, let them be. */
function closeTicks(low: number, high: number, width: number): number[] {
  let spacing = 40;
  for (;;) {
    const ticks = linearTicks(low, high, width / spacing);
    const longest = Math.max(...tickLabels(ticks).map((label) => label.length));
    // Not all the same, where numbers are so large that they are rounded.
    const steps = ticks.slice(1).map((tick, i) => tick - ticks[i]);
    const apart = (Math.min(high - low, ...steps) / (high - low)) * width;
    if (apart >= longest * CHARACTER + GAP) return ticks;
    if (spacing >= width) return ticks.slice(0, 1);
    spacing *= 1.25;
  }
}

/** As many as a chart of that width, in CSS pixels, has room for. */
export function xTicks({ axis, xScale }: Axes, { x }: Fit, width: number): number[] {
  if (axis === "wall") return timeTicks(...x, width / 105);
  if (xScale === "log") return logTicks(...x, width / 65);
  if (xScale === "symlog") return symlogTicks(...x, 1, width / 65);
  if (axis === "relative") return durationTicks(...x, width / 75);
  const ticks = closeTicks(...x, width);
  // Between two steps there is none.
  const whole = axis === "step" ? ticks.filter(Number.isInteger) : ticks;
  return whole.length > 0 ? whole : ticks;
}

export function yTicks({ yScale }: Axes, { y, threshold }: Fit, height: number): number[] {
  if (yScale === "log") return logTicks(...y, height / 31);
  return yScale === "symlog" ? symlogTicks(...y, threshold, height / 31) : linearTicks(...y, height / 26);
}

/** The labels of an axis whose range is of no values. */
export function unlabelled(ticks: readonly number[]): string[] {
  return ticks.map(() => "");
}

export function xLabels({ axis, xScale }: Axes, ticks: readonly number[]): string[] {
  if (axis === "wall") return timeLabels(ticks);
  if (axis === "relative") return durationLabels(ticks);
  return xScale === "linear" ? tickLabels(ticks) : logTickLabels(ticks);
}

export function yLabels({ yScale }: Axes, ticks: readonly number[]): string[] {
  return yScale === "linear" ? tickLabels(ticks) : logTickLabels(ticks);
}
