import { expect, it } from "vitest";
import type { ModelOutline, ModelPart } from "../../../api/model";
import { branchesOf, cutawayTree, withoutCost } from "./cutaway_tree";

function outline(
  parent: number[],
  parameters: (number | null)[],
  types: Record<number, string> = {},
): ModelOutline {
  const below = parent.map((_, group) => parent.filter((each) => each === group).length);
  const type = parent.map((_, group) => types[group] ?? "Linear");
  return { groups: { parent, below, type, costs: { parameters } } } as unknown as ModelOutline;
}

it("has a box for the rest, so that what is below a group adds up to it", () => {
  const tree = cutawayTree(outline([-1, 0, 0, 1], [100, 60, 30, 60]), "parameters", true);
  expect(tree.weight).toEqual([100, 60, 30, 60, 10]);
  expect(tree.children[0]).toEqual([1, 2, 4]);
  expect([tree.isRest[4], tree.group[4], tree.parent[4]]).toEqual([true, 0, 0]);
  expect(tree.children[1]).toEqual([3]);
});

it("gives a group of which nothing is known what is below it, and says which have less than that", () => {
  const tree = cutawayTree(outline([-1, 0, 0, 1, 1], [50, null, 20, 30, 10]), "parameters", true);
  expect(tree.weight.slice(0, 3)).toEqual([60, 40, 20]);
  expect(tree.overlapping).toEqual([0]);
});

it("has no rest of a cost that does not add up", () => {
  const tree = cutawayTree(outline([-1, 0, 0], [100, 60, 30]), "parameters", false);
  expect(tree.weight).toEqual([100, 60, 30]);
});

it("takes numbers that are none for nothing", () => {
  const tree = cutawayTree(
    outline([-1, 0, 0], [Number.NaN, -3, Number.POSITIVE_INFINITY]),
    "parameters",
    true,
  );
  expect(tree.weight).toEqual([0, 0, 0]);
});

it("puts the nodes of the group that is zoomed into among its groups, in order", () => {
  const part = {
    boxes: {
      group: [-1, 1, -1, -1],
      node: [7, -1, 8, 9],
      repeats: [1, 2, 1, 1],
      costs: { parameters: [5, 50, 10, 0] },
    },
  } as unknown as ModelPart;
  const tree = cutawayTree(outline([-1, 0, 0], [100, 50, 30]), "parameters", true, { group: 0, part });
  expect(tree.children[0].map((item) => [tree.group[item], tree.node[item], tree.weight[item]])).toEqual([
    [0, 7, 5],
    [1, -1, 50],
    [2, -1, 30],
    [0, 8, 10],
    [0, -1, 5],
  ]);
});

it("has no box for the function that is all of a module, and no module that is a function", () => {
  const shown = outline([-1, 0, 0, 1, 2], [9, 4, 5, 4, 3], { 3: "function", 4: "function" });
  const tree = cutawayTree(shown, "parameters", true);
  expect(tree.children[1]).toEqual([]);
  expect(tree.children[2]).toEqual([4, 5]);
  const none = outline([-1, 0, 0, 1], [9, 0, 5, 0], { 3: "function" });
  expect(withoutCost(none, "parameters").none).toEqual([1]);
});

it("finds the first boxes that are more than one", () => {
  const tree = cutawayTree(outline([-1, 0, 1, 1, 0], [10, 10, 4, 6, 0]), "parameters", true);
  expect(branchesOf(tree, 0)).toEqual([2, 3]);
  expect(branchesOf(tree, 2)).toEqual([]);
});

it("tells nothing from not known", () => {
  expect(withoutCost(outline([-1, 0, 0, 0], [null, 0, null, 1]), "parameters")).toEqual({
    ...{ none: [1], unknown: [2] },
  });
});
