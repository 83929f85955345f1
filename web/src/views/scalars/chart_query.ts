/** A chart's query for the server, from the link and the chart's width. */

import { fetchedRuns, shownGroups } from "../../runs/listed_runs";
import { runsFields } from "../../runs/runs_link";
import { type Axis, isOfSteps, type Range } from "../../series/axis";
import { placeFields } from "../../state/place";
import { connection } from "../../state/server";
import type { Chart } from "./chart_definitions";
import { chartFields } from "./chart_link";
import type { ChartQuery } from "./chart_loader";
import { xTag } from "./charts_of_log";
import { tooltip } from "./tooltip_state";

/** Widths are asked for in steps, so that a small change of layout fetches nothing. */
const PIXEL_STEP = 64;
/** The part of a chart's width that the y axis takes, in CSS pixels. */
const Y_AXIS = 50;

/** `drawnAxis` is the axis that the server chose last; null before the first answer. */
export function chartQuery(chart: Chart, width: number, drawnAxis: Axis | null): ChartQuery {
  const { key, tags, xTag: ownXTag } = chart;
  const { zoom, ranges, xScale, smoothing, hasSuperseded } = chartFields;
  const { attempts } = runsFields;
  const { axis: chosen } = placeFields;
  const onTag = ownXTag ?? xTag.value;
  const wanted = onTag === null ? (chosen === "tag" ? "step" : chosen) : "tag";
  const own = ranges.get(key)?.x ?? null;
  // A chart that the server drew over wall time instead of steps is zoomed there; unzoomed it may come back to steps.
  const isZoomedOverTime = zoom.wall !== null || own?.axis === "wall";
  const axis = isOfSteps(wanted) && drawnAxis === "wall" && isZoomedOverTime ? "wall" : wanted;
  const pixels = Math.ceil(((width - Y_AXIS) * devicePixelRatio) / PIXEL_STEP) * PIXEL_STEP;
  return {
    ...{ tags, xTag: onTag, runs: fetchedRuns.value, groups: shownGroups.value },
    ...{ axis, smoothing, hasSuperseded, attempts },
    scale: axis === "wall" ? "linear" : xScale,
    range: shownRange(chart, axis),
    pixels: Math.max(PIXEL_STEP, pixels),
    connection: connection.value,
    isUrgent: tooltip.peek()?.chart.key === key,
    isSmall: false,
    place: () => null,
  };
}

/** The chart's own range on an axis, else that of all charts; null for the whole axis. */
export function shownRange({ key, xTag: ownXTag }: Chart, axis: Axis): Range | null {
  const own = chartFields.ranges.get(key)?.x ?? null;
  if (own?.axis === axis) return own.range;
  return ownXTag === null ? chartFields.zoom[axis] : null;
}

/** The name of the tag on the x axis; empty where there is none. */
export function xNameOf(chart: Chart): string {
  return (chart.xTag ?? xTag.value)?.name ?? "";
}
