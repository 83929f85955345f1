import { expect, it } from "vitest";
import { HAS_NAN, HAS_NONZERO, HAS_POS_INF, type LayerKind, MEASURED } from "../../../api/layers";
import { familiesOfLayers, valuesByPath } from "./layer_values";

const FINE = MEASURED | HAS_NONZERO;

it("has an overlay for each statistic of each kind", () => {
  const kind = (name: string, statistics: string[]) =>
    ({ prefix: "watch", kind: name, statistics }) as unknown as LayerKind;
  expect(
    familiesOfLayers([kind("gradient", ["rms", "weight_ratio"]), kind("weight", ["abs_max"])]).map(
      ({ name, title }) => [name, title],
    ),
  ).toEqual([
    ["watch/gradient:rms", "gradient rms"],
    ["watch/gradient:weight_ratio", "gradient / weight"],
    ["watch/weight:abs_max", "weight abs max"],
  ]);
});

it("gives a module the worst of its parameters, and says what is not finite", () => {
  const rows = ["a.weight", "a.bias", "b.weight", "b.bias", "c.weight", "d.weight", "lone"];
  const map = {
    ...{ buckets: 1, first: Float64Array.of(40) },
    value: Float32Array.of(1, -3, Number.NaN, 5, 2, 7, 8),
    marks: Uint8Array.of(FINE, FINE, FINE | HAS_NAN, FINE, FINE | HAS_POS_INF, 0, FINE),
  };
  expect([...valuesByPath({ rows, kind: "gradient" }, map)]).toEqual([
    ["a", { value: -3, step: 40 }],
    ["b", { value: Number.NaN, step: 40 }],
    ["c", { value: Number.POSITIVE_INFINITY, step: 40 }],
    ["", { value: 8, step: 40 }],
  ]);
});

it("finds the module of a call and of one of its outputs", () => {
  const map = {
    ...{ buckets: 1, first: Float64Array.of(0) },
    value: Float32Array.of(1, 2, 3),
    marks: Uint8Array.of(FINE, FINE, FINE),
  };
  const found = valuesByPath({ rows: ["a", "a#2", "b[key]"], kind: "activation" }, map);
  expect([...found]).toEqual([
    ["a", { value: 2, step: 0 }],
    ["b", { value: 3, step: 0 }],
  ]);
  expect(valuesByPath({ rows: ["a"], kind: "activation" }, { ...map, buckets: 0 }).size).toBe(0);
});
