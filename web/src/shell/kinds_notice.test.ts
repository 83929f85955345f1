// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { Run } from "../api/catalogue";
import type { KindInfo } from "../api/kinds";
import { linesOfEmpty, linesOfKinds } from "./kinds_notice";
import { kindsWithoutView, revisionOf } from "./shown_kinds";

function run(id: string, kinds: Record<string, number>): Run {
  const times = { first_wall_time: null, last_wall_time: null, last_step: null, attempts: 1 };
  return {
    id,
    name: id,
    color: 0,
    points: 1,
    revision: 9,
    table_revision: 9,
    kinds,
    damaged_bytes: 0,
    unread: false,
    ...times,
  };
}

function kind(name: string, title: string, known: boolean, runs: Record<string, number>): KindInfo {
  const records = Object.values(runs).reduce((sum, count) => sum + count, 0);
  return { name, title, plugin: name, of_run: false, on_steps: true, media: false, known, records, runs };
}

const runs = [run("r0", { scalars: 9, mesh: 3, hparams: 1 }), run("r1", { mesh: 5, heat_maps: 2, empty: 1 })];

it("names the kinds that no view is for, of all runs", () => {
  expect(kindsWithoutView(runs)).toEqual(["heat_maps", "mesh"]);
  expect(kindsWithoutView([])).toEqual([]);
});

it("tells when data of such a kind last changed, whatever else has", () => {
  expect(revisionOf(["heat_maps", "mesh"], runs)).toBe(5);
  expect(revisionOf(["audio"], runs)).toBe(0);
});

it("has a line a kind with its title, and says of a plug-in that nobody knows it", () => {
  expect(linesOfKinds([kind("images", "Images", true, { r0: 1, r1: 2 })])).toEqual([
    "Images: 3 records in 2 runs",
  ]);
  expect(linesOfKinds([kind("heat_maps", "heat_maps", false, { r1: 1 })])).toEqual([
    "heat_maps (a plug-in that Cutaway does not know): 1 record in 1 run",
  ]);
});

it("has a line a run with empty values", () => {
  const lines = linesOfEmpty([kind("empty", "Empty values", true, { r1: 1 })], new Map([["r1", "adam"]]));
  expect(lines).toEqual(["adam 1 empty value"]);
});
