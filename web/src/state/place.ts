/**
 * The shared place: the x axis of all views, and one fixed place on it, which all views show. A view only draws it. The
 * link has it as `axis=` and `at=step:120`; a link made before views had slices of their own has a chart's key behind
 * the place, which the scalars view reads.
 */

import { signal } from "@preact/signals";
import { AXES, type Axis } from "../series/axis";
import { slice } from "./link";

export interface Place {
  axis: Axis;
  x: number;
}

interface PlaceState {
  /** The axis that the user has chosen; a chart whose steps are all equal is drawn over wall time. */
  axis: Axis;
  /** The name of the tag on the x axis, where the axis is "tag". */
  xTag: string;
  /** The fixed place; null where views show the newest. */
  place: Place | null;
}

export const INITIAL_PLACE: PlaceState = { axis: "step", xTag: "", place: null };

export function decodePlace(text: string | null): Place | null {
  const [, name, number] = /^(\w+):([^:]+)(?::.*)?$/su.exec(text ?? "") ?? [];
  const axis = AXES.find((known) => known === name);
  const x = Number(number);
  return axis === undefined || number?.trim() === "" || !Number.isFinite(x) ? null : { axis, x };
}

export function decodeShared(parameters: URLSearchParams): PlaceState {
  const axis = parameters.get("axis") ?? "";
  const xTag = axis.startsWith("tag:") ? axis.slice(4) : "";
  return {
    axis: xTag === "" ? (AXES.find((known) => known === axis && known !== "tag") ?? "step") : "tag",
    xTag,
    place: decodePlace(parameters.get("at")),
  };
}

export function encodeShared({ axis, xTag, place }: PlaceState, parameters: URLSearchParams): void {
  const written = axis === "tag" ? `tag:${xTag}` : axis;
  if (written !== INITIAL_PLACE.axis) parameters.set("axis", written);
  // Exact: it is the place of a point, which a rounded one may be before.
  if (place !== null) parameters.set("at", `${place.axis}:${place.x}`);
}

export const { fields: placeFields, change: changePlace } = slice<PlaceState>({
  parameters: ["axis", "at"],
  encode: encodeShared,
  decode: decodeShared,
  steps: ["place"],
});

/** The place under the pointer, which all charts of its axis mark. */
export const cursor = signal<Place | null>(null);
