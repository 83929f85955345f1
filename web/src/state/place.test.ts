// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { decodePlace, decodeShared, encodeShared, INITIAL_PLACE } from "./place";

function encoded(state: Parameters<typeof encodeShared>[0]): string {
  const parameters = new URLSearchParams();
  encodeShared(state, parameters);
  return parameters.toString();
}

it("is empty for the initial state", () => {
  expect(encoded(INITIAL_PLACE)).toBe("");
  expect(decodeShared(new URLSearchParams())).toEqual(INITIAL_PLACE);
});

it("holds the axis, a tag on it, and the place", () => {
  for (const state of [
    { axis: "tag", xTag: "grad:norm", place: null },
    { axis: "relative", xTag: "", place: { axis: "relative", x: -0.5 } },
    { axis: "wall", xTag: "", place: { axis: "wall", x: 1763880000.25 } },
  ] as const)
    expect(decodeShared(new URLSearchParams(encoded(state)))).toEqual(state);
});

it("reads a place that has a chart's key behind it, and passes over other text", () => {
  expect(decodePlace("step:120:train/loss:1")).toEqual({ axis: "step", x: 120 });
  for (const text of [null, "", "step", "step:", "step::loss", "step:a:loss", "nowhere:1:loss", "step: "])
    expect(decodePlace(text)).toBe(null);
});
