import { expect, it } from "vitest";
import type { ModelOutline } from "../../../api/model";
import { cutawayTree } from "./cutaway_tree";
import { childToward, isWithin, nearestAround, step, zoomTarget } from "./walk";

// 0 has 1, 2 (nothing of the cost) and 3; 1 has 4 and 5, and a rest.
const TREE = cutawayTree(
  {
    groups: {
      parent: [-1, 0, 0, 0, 1, 1],
      type: ["", "", "", "", "", ""],
      costs: { macs: [20, 12, 0, 8, 4, 6] },
    },
  } as unknown as ModelOutline,
  "macs",
  true,
);
const REST = 6;

it("goes among siblings that have a box, and stays at the ends", () => {
  expect(step(TREE, 0, 1, "next")).toBe(3);
  expect(step(TREE, 0, 3, "next")).toBe(3);
  expect(step(TREE, 0, 3, "before")).toBe(1);
  expect(step(TREE, 0, 5, "next")).toBe(5);
});

it("goes in and out, but not beyond what is zoomed into", () => {
  expect(step(TREE, 0, 1, "in")).toBe(4);
  expect(step(TREE, 0, 3, "in")).toBe(3);
  expect(step(TREE, 0, 4, "out")).toBe(1);
  expect(step(TREE, 0, 1, "out")).toBe(1);
  expect(step(TREE, 1, 4, "out")).toBe(4);
});

it("begins with the first box that is seen", () => {
  for (const way of ["next", "before", "in", "out"] as const) {
    expect(step(TREE, 0, null, way)).toBe(1);
    expect(step(TREE, 1, 3, way)).toBe(4);
  }
});

it("finds the box of a level that something is in", () => {
  expect(childToward(TREE, 0, REST)).toBe(1);
  expect(childToward(TREE, 1, 5)).toBe(5);
  expect(childToward(TREE, 1, 3)).toBeNull();
  expect([isWithin(TREE, 1, REST), isWithin(TREE, 1, 3), isWithin(TREE, 3, 3)]).toEqual([true, false, true]);
});

it("finds what is around two boxes", () => {
  expect([nearestAround(TREE, 1, 5), nearestAround(TREE, 1, 3), nearestAround(TREE, 4, 5)]).toEqual([
    1, 0, 1,
  ]);
});

it("zooms into a box with others in it, else into the one around it", () => {
  expect(zoomTarget(TREE, 0, 1)).toBe(1);
  expect(zoomTarget(TREE, 0, 4)).toBe(1);
  expect(zoomTarget(TREE, 1, 4)).toBe(4);
  expect(zoomTarget(TREE, 0, 3)).toBe(3);
  expect(zoomTarget(TREE, 0, REST)).toBe(1);
});
