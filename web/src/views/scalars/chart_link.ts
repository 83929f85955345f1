/** The charts and their settings: the scalars view's part of the link. */

import { BANDS, type Band, STATISTICS, type Statistic } from "../../api/groups";
import { decodeSmoothing, encodeSmoothing, type Smoothing } from "../../api/smoothing";
import { AXES, type Axis, decodeRange, type Range, type Scale } from "../../series/axis";
import { BESTS, type Best } from "../../series/best";
import { SCALES } from "../../series/scale";
import { slice } from "../../state/link";
import { decodePlace } from "../../state/place";
import { type ChartDefinition, decodeDefinition, encodeDefinition } from "./chart_definitions";
import { CHART_PARAMETERS } from "./parameters";

/** The ranges of one chart, where it does not share those of all charts. */
export interface OwnRange {
  x: { axis: Axis; range: Range } | null;
  y: Range | null;
}

export interface ChartState {
  statistic: Statistic;
  band: Band;
  zoom: Record<Axis, Range | null>;
  /** By the key of a chart. */
  ranges: ReadonlyMap<string, OwnRange>;
  smoothing: Smoothing | null;
  xScale: Scale;
  yScale: Scale;
  ignoresOutliers: boolean;
  best: Best | null;
  /** Whether superseded points are drawn too. */
  hasSuperseded: boolean;
  /** Key of the chart whose values at the shared place are in the details; null for none. */
  detailed: string | null;
  /** Key of the chart that is drawn at full width; null for none. */
  expanded: string | null;
  /** Keys of the charts on top. */
  pins: readonly string[];
  /** The user's own charts. */
  definitions: readonly ChartDefinition[];
}

export const UNZOOMED: Record<Axis, Range | null> = {
  ...{ step: null, aligned: null, relative: null, training: null, wall: null, tag: null },
};

export const INITIAL_CHARTS: ChartState = {
  statistic: "mean",
  band: "range",
  zoom: UNZOOMED,
  ranges: new Map(),
  smoothing: null,
  xScale: "linear",
  yScale: "linear",
  ignoresOutliers: false,
  best: null,
  hasSuperseded: false,
  detailed: null,
  expanded: null,
  pins: [],
  definitions: [],
};

export function encodeCharts(state: ChartState, parameters: URLSearchParams): void {
  const set = (name: string, value: string, initial: string): void => {
    if (value !== initial) parameters.set(name, value);
  };
  const append = (name: string, values: Iterable<string>): void => {
    for (const value of values) parameters.append(name, value);
  };
  set("line", state.statistic, INITIAL_CHARTS.statistic);
  set("band", state.band, INITIAL_CHARTS.band);
  if (state.smoothing !== null) parameters.set("smooth", encodeSmoothing(state.smoothing));
  for (const axis of AXES) {
    const range = state.zoom[axis];
    if (range !== null) parameters.set(axis, range.join(","));
  }
  for (const [key, { x, y }] of state.ranges) {
    if (x !== null) parameters.append("own-x", `${x.axis}:${x.range.join(",")}:${key}`);
    if (y !== null) parameters.append("own-y", `${y.join(",")}:${key}`);
  }
  set("x", state.xScale, INITIAL_CHARTS.xScale);
  set("y", state.yScale, INITIAL_CHARTS.yScale);
  if (state.ignoresOutliers) parameters.set("outliers", "no");
  if (state.best !== null) parameters.set("best", state.best);
  if (state.hasSuperseded) parameters.set("superseded", "yes");
  if (state.detailed !== null) parameters.set("details", state.detailed);
  if (state.expanded !== null) parameters.set("large", state.expanded);
  append("pin", state.pins);
  append("chart", state.definitions.map(encodeDefinition));
}

export function decodeCharts(parameters: URLSearchParams): ChartState {
  const one = <Name extends string>(name: string, accepted: readonly Name[], initial: Name): Name =>
    accepted.find((known) => known === parameters.get(name)) ?? initial;
  return {
    statistic: one("line", STATISTICS, INITIAL_CHARTS.statistic),
    band: one("band", BANDS, INITIAL_CHARTS.band),
    zoom: Object.fromEntries(
      AXES.map((axis) => [axis, decodeRange(parameters.get(axis))]),
    ) as ChartState["zoom"],
    ranges: decodeRanges(parameters),
    smoothing: decodeSmoothing(parameters.get("smooth")),
    xScale: one("x", SCALES, INITIAL_CHARTS.xScale),
    yScale: one("y", SCALES, INITIAL_CHARTS.yScale),
    ignoresOutliers: parameters.get("outliers") === "no",
    best: BESTS.find((known) => known === parameters.get("best")) ?? null,
    hasSuperseded: parameters.get("superseded") === "yes",
    detailed: parameters.get("details") ?? keyBehindPlace(parameters.get("at")),
    expanded: parameters.get("large"),
    pins: [...new Set(parameters.getAll("pin"))],
    definitions: parameters
      .getAll("chart")
      .map(decodeDefinition)
      .filter((definition) => definition !== null),
  };
}

/** Links used to have the chart's key behind the place: `at=step:120:train/loss`. */
function keyBehindPlace(text: string | null): string | null {
  return decodePlace(text) === null ? null : (/^\w+:[^:]+:(.*)$/su.exec(text ?? "")?.[1] ?? null);
}

function decodeRanges(parameters: URLSearchParams): Map<string, OwnRange> {
  const ranges = new Map<string, OwnRange>();
  for (const text of parameters.getAll("own-x")) {
    const [, name, numbers, key] = /^(\w+):([^:]*):(.*)$/su.exec(text) ?? [];
    const axis = AXES.find((known) => known === name);
    const range = decodeRange(numbers ?? null);
    if (axis !== undefined && range !== null) ranges.set(key, { x: { axis, range }, y: null });
  }
  for (const text of parameters.getAll("own-y")) {
    const [, numbers, key] = /^([^:]*):(.*)$/su.exec(text) ?? [];
    const range = decodeRange(numbers ?? null);
    if (range !== null) ranges.set(key, { x: ranges.get(key)?.x ?? null, y: range });
  }
  return ranges;
}

export const { fields: chartFields, change: changeCharts } = slice<ChartState>({
  parameters: CHART_PARAMETERS,
  encode: encodeCharts,
  decode: decodeCharts,
  steps: ["zoom", "ranges", "expanded"],
  alongside: ["detailed"],
});

export function setZoom(axis: Axis, range: Range | null): void {
  changeCharts({ zoom: { ...chartFields.zoom, [axis]: range } });
}

/** Give a chart a range of its own, or take it back. */
export function setOwnRange(key: string, change: Partial<OwnRange>): void {
  const ranges = new Map(chartFields.ranges);
  const range = { x: null, y: null, ...ranges.get(key), ...change };
  if (range.x === null && range.y === null) ranges.delete(key);
  else ranges.set(key, range);
  changeCharts({ ranges });
}

export function isZoomed(): boolean {
  const { zoom, ranges } = chartFields;
  return ranges.size > 0 || AXES.some((axis) => zoom[axis] !== null);
}

/** Show the whole range of all charts. */
export function resetZoom(): void {
  if (isZoomed()) changeCharts({ zoom: UNZOOMED, ranges: new Map() });
}
