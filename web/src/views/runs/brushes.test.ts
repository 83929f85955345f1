import { expect, it } from "vitest";
import { brushOf, brushText, isWithin, sharesOf } from "./brushes";
import { axisOf } from "./value_axis";

it("keeps the values within it, its ends among them, and none that are missing", () => {
  const axis = axisOf("lr", [1e-4, 1e-3, 1e-2, 1e-1]);
  const brush = brushOf(axis, 2 / 3, 1 / 3);
  expect(brush).toEqual({ column: "lr", low: 1e-3, high: 1e-2 });
  if (brush === null) return;
  const left = [1e-4, 1e-3, 1e-2, 1e-1, null, Number.NaN, "0.001"].filter((value) => isWithin(brush, value));
  expect(left).toEqual([1e-3, 1e-2]);
  expect(sharesOf(axis, brush)?.map((share) => share.toFixed(6))).toEqual(["0.333333", "0.666667"]);
  expect(brushText(brush)).toBe("0.001 to 0.01");
});

it("keeps words that lie within it", () => {
  const axis = axisOf("optimizer", ["adam", "lion", "sgd"]);
  const brush = brushOf(axis, 0, 0.6);
  expect(brush).toEqual({ column: "optimizer", words: ["adam", "lion"] });
  if (brush === null) return;
  expect(isWithin(brush, "sgd")).toBe(false);
  expect(sharesOf(axis, brush)?.map((share) => share.toFixed(6))).toEqual(["0.000000", "0.666667"]);
});

it("is none over the whole axis, and for a click; on one value it may be as narrow as that", () => {
  const axis = axisOf("c", [0, 1, 2]);
  expect(brushOf(axis, 0, 1)).toBeNull();
  expect(brushOf(axis, -3, 7)).toBeNull();
  expect(brushOf(axis, 0.3, 0.301)).toBeNull();
  expect(brushOf(axis, 0.5, 0.5)).toEqual({ column: "c", low: 1, high: 1 });
  expect(brushOf(axisOf("c", ["a", "b"]), 0.4, 0.6)).toBeNull();
});

it("has a place on any axis that its column comes to have", () => {
  expect(sharesOf(axisOf("c", [1, 1000]), { column: "c", low: -1, high: 10 })?.[0]).toBe(0);
  expect(sharesOf(axisOf("c", ["a"]), { column: "c", low: 1, high: 2 })).toBeNull();
  expect(sharesOf(axisOf("c", [1, 2]), { column: "c", words: ["a"] })).toBeNull();
});
