/** What the user looks at, as the URL's fragment: names and never ids, so that a link outlives the server. */

import type { Axis, Range } from "../api/scalars";
import { decodeSmoothing, encodeSmoothing, type Smoothing } from "../api/smoothing";
import { EVERYTHING, type Selection } from "./selection";

export const PAGES = ["scalars", "files"] as const;
export type PageName = (typeof PAGES)[number];

export interface ViewState {
  page: PageName;
  runFilter: string;
  /** What the list of runs shows beside the names, and whether it is in its order; see run_columns.ts. */
  column: string;
  sort: "ascending" | "descending" | null;
  tagFilter: string;
  selection: Selection;
  /** What the user has chosen; a chart whose steps are all equal is drawn over wall time. */
  axis: Axis;
  zoom: Record<Axis, Range | null>;
  smoothing: Smoothing | null;
  folded: ReadonlySet<string>;
  isLogX: boolean;
  isLogY: boolean;
}

const SORTS = ["ascending", "descending"] as const;
export const AXES = ["step", "relative", "wall"] as const;
export const UNZOOMED: Record<Axis, Range | null> = { step: null, relative: null, wall: null };

export const INITIAL_VIEW: ViewState = {
  page: "scalars",
  runFilter: "",
  column: "step",
  sort: null,
  tagFilter: "",
  selection: EVERYTHING,
  axis: "step",
  zoom: UNZOOMED,
  smoothing: null,
  folded: new Set(),
  isLogX: false,
  isLogY: false,
};

/** The fragment without its "#"; empty for the initial view. */
export function encodeView(view: ViewState): string {
  const parameters = new URLSearchParams();
  if (view.page !== "scalars") parameters.set("view", view.page);
  if (view.runFilter !== "") parameters.set("runs", view.runFilter);
  if (view.column !== "step") parameters.set("column", view.column);
  if (view.sort !== null) parameters.set("sort", view.sort);
  if (!view.selection.base) parameters.set("show", "none");
  for (const name of view.selection.exceptions) parameters.append("except", name);
  if (view.tagFilter !== "") parameters.set("tags", view.tagFilter);
  if (view.axis !== "step") parameters.set("axis", view.axis);
  if (view.smoothing !== null) parameters.set("smooth", encodeSmoothing(view.smoothing));
  for (const axis of AXES) {
    const range = view.zoom[axis];
    if (range !== null) parameters.set(axis, range.join(","));
  }
  for (const name of view.folded) parameters.append("folded", name);
  if (view.isLogX) parameters.set("x", "log");
  if (view.isLogY) parameters.set("y", "log");
  return parameters.toString();
}

/** Read a fragment; what it does not say, or says wrongly, is as in the initial view. */
export function decodeView(fragment: string): ViewState {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  return {
    page: PAGES.find((page) => page === parameters.get("view")) ?? "scalars",
    runFilter: parameters.get("runs") ?? "",
    column: parameters.get("column") ?? "step",
    sort: SORTS.find((sort) => sort === parameters.get("sort")) ?? null,
    tagFilter: parameters.get("tags") ?? "",
    selection: { base: parameters.get("show") !== "none", exceptions: new Set(parameters.getAll("except")) },
    axis: AXES.find((axis) => axis === parameters.get("axis")) ?? "step",
    zoom: {
      step: decodeRange(parameters.get("step")),
      relative: decodeRange(parameters.get("relative")),
      wall: decodeRange(parameters.get("wall")),
    },
    smoothing: decodeSmoothing(parameters.get("smooth")),
    folded: new Set(parameters.getAll("folded")),
    isLogX: parameters.get("x") === "log",
    isLogY: parameters.get("y") === "log",
  };
}

function decodeRange(text: string | null): Range | null {
  const parts = text?.split(",") ?? [];
  if (parts.length !== 2 || parts.some((part) => part.trim() === "")) return null;
  const [low, high] = parts.map(Number);
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : null;
}
