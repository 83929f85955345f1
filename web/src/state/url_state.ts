/** What the user looks at, as the URL's fragment: names and never ids, so that a link outlives the server. */

import { BANDS, type Band, STATISTICS, type Statistic } from "../api/groups";
import type { Axis, Range, Scale } from "../api/scalars";
import { decodeSmoothing, encodeSmoothing, type Smoothing } from "../api/smoothing";
import { EVERYTHING, type Selection } from "../runs/selection";
import { BESTS, type Best } from "../series/best";
import { COMPARISONS, type Comparison } from "../series/compare";
import { SCALES } from "../series/scale";
import { decodePlan, encodePlan, type Plan } from "../views/scalars/plans";

export const PAGES = ["scalars", "files"] as const;
export type PageName = (typeof PAGES)[number];

/** What a chart shows, where that is not what all show. */
export interface OwnRange {
  x: { axis: Axis; range: Range } | null;
  y: Range | null;
}

/** A place that a click has fixed: all charts of its axis mark it, and the details tell its values in one chart. */
export interface FixedCursor {
  axis: Axis;
  x: number;
  /** The key of that chart. */
  key: string;
}

export interface ViewState {
  page: PageName;
  runFilter: string;
  /** What the list of runs shows beside the names; see run_columns.ts. */
  columns: readonly string[];
  /** The column that the list is in the order of; null for the order of names. */
  sort: { column: string; isDescending: boolean } | null;
  /** Names of the runs on top of the list. */
  runPins: readonly string[];
  /** How runs are grouped, see run_groups.ts; empty for not at all. */
  groupBy: string;
  statistic: Statistic;
  band: Band;
  /** The run that all others are compared with; null for none. */
  baseline: string | null;
  comparison: Comparison;
  tagFilter: string;
  selection: Selection;
  /** What the user has chosen; a chart whose steps are all equal is drawn over wall time. */
  axis: Axis;
  /** The name of the tag on the x axis, where the axis is "tag". */
  xTag: string;
  zoom: Record<Axis, Range | null>;
  /** By the key of a chart. */
  ranges: ReadonlyMap<string, OwnRange>;
  smoothing: Smoothing | null;
  folded: ReadonlySet<string>;
  /** Groups and directories of the list whose runs are not listed. */
  foldedRuns: ReadonlySet<string>;
  xScale: Scale;
  yScale: Scale;
  ignoresOutliers: boolean;
  best: Best | null;
  /** Whether what a resumed run has superseded is drawn too. */
  hasSuperseded: boolean;
  fixedCursor: FixedCursor | null;
  /** Key of the chart that is drawn at full width; null for none. */
  expanded: string | null;
  /** Keys of the charts on top. */
  pins: readonly string[];
  /** The user's own charts. */
  plans: readonly Plan[];
}

export const AXES = ["step", "relative", "wall", "tag"] as const;
export const UNZOOMED: Record<Axis, Range | null> = { step: null, relative: null, wall: null, tag: null };

export const INITIAL_VIEW: ViewState = {
  page: "scalars",
  runFilter: "",
  columns: ["step"],
  sort: null,
  runPins: [],
  groupBy: "",
  statistic: "mean",
  band: "range",
  baseline: null,
  comparison: "difference",
  tagFilter: "",
  selection: EVERYTHING,
  axis: "step",
  xTag: "",
  zoom: UNZOOMED,
  ranges: new Map(),
  smoothing: null,
  folded: new Set(),
  foldedRuns: new Set(),
  xScale: "linear",
  yScale: "linear",
  ignoresOutliers: false,
  best: null,
  hasSuperseded: false,
  fixedCursor: null,
  expanded: null,
  pins: [],
  plans: [],
};

/** The fragment without its "#"; empty for the initial view. */
export function encodeView(view: ViewState): string {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string, initial: string): void => {
    if (value !== initial) parameters.set(name, value);
  };
  const append = (name: string, values: Iterable<string>): void => {
    for (const value of values) parameters.append(name, value);
  };
  set("view", view.page, INITIAL_VIEW.page);
  set("runs", view.runFilter, "");
  if (view.columns.join("\n") !== INITIAL_VIEW.columns.join("\n"))
    append("column", view.columns.length === 0 ? [""] : view.columns);
  if (view.sort !== null) parameters.set("sort", `${view.sort.isDescending ? "-" : ""}${view.sort.column}`);
  append("pin-run", view.runPins);
  set("group", view.groupBy, "");
  set("line", view.statistic, INITIAL_VIEW.statistic);
  set("band", view.band, INITIAL_VIEW.band);
  if (view.baseline !== null) parameters.set(view.comparison, view.baseline);
  if (!view.selection.base) parameters.set("show", "none");
  append("except", view.selection.exceptions);
  set("tags", view.tagFilter, "");
  set("axis", view.axis === "tag" ? `tag:${view.xTag}` : view.axis, INITIAL_VIEW.axis);
  if (view.smoothing !== null) parameters.set("smooth", encodeSmoothing(view.smoothing));
  for (const axis of AXES) {
    const range = view.zoom[axis];
    if (range !== null) parameters.set(axis, range.join(","));
  }
  for (const [key, { x, y }] of view.ranges) {
    if (x !== null) parameters.append("own-x", `${x.axis}:${x.range.join(",")}:${key}`);
    if (y !== null) parameters.append("own-y", `${y.join(",")}:${key}`);
  }
  append("folded", view.folded);
  append("folded-runs", view.foldedRuns);
  set("x", view.xScale, INITIAL_VIEW.xScale);
  set("y", view.yScale, INITIAL_VIEW.yScale);
  if (view.ignoresOutliers) parameters.set("outliers", "no");
  if (view.best !== null) parameters.set("best", view.best);
  if (view.hasSuperseded) parameters.set("superseded", "yes");
  if (view.fixedCursor !== null) {
    const { axis, x, key } = view.fixedCursor;
    // To a hundredth of a second of wall time, and finer than a pixel of anything else.
    parameters.set("at", `${axis}:${Number(x.toPrecision(12))}:${key}`);
  }
  if (view.expanded !== null) parameters.set("large", view.expanded);
  append("pin", view.pins);
  append("chart", view.plans.map(encodePlan));
  return parameters.toString();
}

/** Read a fragment; what it does not say, or says wrongly, is as in the initial view. */
export function decodeView(fragment: string): ViewState {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const one = <Name extends string>(name: string, accepted: readonly Name[], initial: Name): Name =>
    accepted.find((known) => known === parameters.get(name)) ?? initial;
  const columns = parameters.getAll("column");
  const sort = parameters.get("sort");
  const axis = parameters.get("axis") ?? "";
  const xTag = axis.startsWith("tag:") ? axis.slice(4) : "";
  const comparison = COMPARISONS.find((known) => parameters.has(known)) ?? INITIAL_VIEW.comparison;
  return {
    page: one("view", PAGES, INITIAL_VIEW.page),
    runFilter: parameters.get("runs") ?? "",
    columns:
      columns.length === 0 ? INITIAL_VIEW.columns : [...new Set(columns)].filter((name) => name !== ""),
    sort: decodeSort(sort),
    runPins: [...new Set(parameters.getAll("pin-run"))],
    groupBy: parameters.get("group") ?? "",
    statistic: one("line", STATISTICS, INITIAL_VIEW.statistic),
    band: one("band", BANDS, INITIAL_VIEW.band),
    baseline: parameters.get(comparison),
    comparison,
    tagFilter: parameters.get("tags") ?? "",
    selection: { base: parameters.get("show") !== "none", exceptions: new Set(parameters.getAll("except")) },
    axis: xTag === "" ? (AXES.find((known) => known === axis && known !== "tag") ?? "step") : "tag",
    xTag,
    zoom: {
      step: decodeRange(parameters.get("step")),
      relative: decodeRange(parameters.get("relative")),
      wall: decodeRange(parameters.get("wall")),
      tag: decodeRange(parameters.get("tag")),
    },
    ranges: decodeRanges(parameters),
    smoothing: decodeSmoothing(parameters.get("smooth")),
    folded: new Set(parameters.getAll("folded")),
    foldedRuns: new Set(parameters.getAll("folded-runs")),
    xScale: one("x", SCALES, INITIAL_VIEW.xScale),
    yScale: one("y", SCALES, INITIAL_VIEW.yScale),
    ignoresOutliers: parameters.get("outliers") === "no",
    best: BESTS.find((known) => known === parameters.get("best")) ?? null,
    hasSuperseded: parameters.get("superseded") === "yes",
    fixedCursor: decodeCursor(parameters.get("at")),
    expanded: parameters.get("large"),
    pins: [...new Set(parameters.getAll("pin"))],
    plans: parameters
      .getAll("chart")
      .map(decodePlan)
      .filter((plan) => plan !== null),
  };
}

function decodeSort(text: string | null): ViewState["sort"] {
  if (text === null || text === "" || text === "-") return null;
  return text.startsWith("-")
    ? { column: text.slice(1), isDescending: true }
    : { column: text, isDescending: false };
}

function decodeCursor(text: string | null): FixedCursor | null {
  const [, name, number, key] = /^(\w+):([^:]+):(.*)$/su.exec(text ?? "") ?? [];
  const axis = AXES.find((known) => known === name);
  const x = Number(number);
  return axis === undefined || !Number.isFinite(x) ? null : { axis, x, key };
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

/** Two finite numbers, the smaller one first; null for anything else. */
export function decodeRange(text: string | null): Range | null {
  const parts = text?.split(",") ?? [];
  if (parts.length !== 2 || parts.some((part) => part.trim() === "")) return null;
  const [low, high] = parts.map(Number);
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : null;
}
