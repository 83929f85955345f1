import { expect, it } from "vitest";
import type { ModelOutline } from "../../api/model";
import { GROUPS, outlineOf } from "./model_fixture";
import { firstOpened, openedAgain } from "./opened_groups";

function groupsOf(
  parent: number[],
  nodes: number[],
  alike: number[] = parent.map(() => -1),
  types: Record<number, string> = {},
  weights: Record<number, number> = {},
): ModelOutline {
  const below = parent.map((_, group) => parent.filter((each) => each === group).length);
  const type = parent.map((_, group) => types[group] ?? "Module");
  const tucked = parent.map((_, group) => weights[group] ?? 0);
  return { groups: { parent, nodes, tucked, alike, below, type } } as unknown as ModelOutline;
}

it("opens the only group of the whole", () => {
  expect([...firstOpened(groupsOf([-1, 0, 1, 1], [500, 498, 200, 290]))]).toEqual([0, 1]);
});

it("opens the largest group that has few enough boxes, while there are few", () => {
  expect([...firstOpened(groupsOf([-1, 0, 0, 2], [121, 100, 20, 5]))]).toEqual([0, 2]);
  expect([...firstOpened(outlineOf())]).toEqual([0, 1, 4, 2]);
});

it("goes through a list that is all of a module, and not into a module that is one function", () => {
  // The encoder holds a list of two stages, the head a function of two operations.
  const parent = [-1, 0, 0, 1, 3, 3, 2];
  const nodes = [104, 100, 2, 100, 60, 40, 2];
  const made = groupsOf(
    parent,
    nodes,
    parent.map(() => -1),
    { 6: "function" },
  );
  expect([...firstOpened(made)].slice(0, 3)).toEqual([0, 1, 3]);
  expect(firstOpened(made).has(2)).toBe(false);
});

it("does not go into a group of one operation and its weights", () => {
  const made = groupsOf([-1, 0, 0], [13, 3, 10], undefined, {}, { 0: 4, 1: 2, 2: 2 });
  expect([...firstOpened(made)]).toEqual([0, 2]);
});

it("opens nothing where there is enough to see, or nothing that fits", () => {
  expect([...firstOpened(groupsOf([-1, 0, 0], [138, 100, 20]))]).toEqual([0]);
  expect([...firstOpened(groupsOf([-1, 0, 0], [300, 100, 200]))]).toEqual([0]);
  const made = GROUPS.map((group, i) => (i === 1 ? { ...group, below: 3 } : group));
  expect(firstOpened(outlineOf(made)).has(1)).toBe(false);
});

it("counts groups in a row that are alike once", () => {
  const layers = Array.from({ length: 80 }, (_, i) => i);
  const parent = [-1, 0, 0, ...layers.map(() => 1)];
  const nodes = [817, 805, 10, ...layers.map(() => 10)];
  const alike = [-1, -1, -1, ...layers.map(() => 7)];
  // The eighty are one box beside five others.
  expect([...firstOpened(groupsOf(parent, nodes, alike))]).toContain(1);
  expect([...firstOpened(groupsOf(parent, nodes))]).not.toContain(1);
});

it("opens in another graph the groups of the same names", () => {
  const next = outlineOf([GROUPS[0], { parent: 0, name: "stem", nodes: 1 }, { ...GROUPS[1] }]);
  expect([...(openedAgain(outlineOf(), next, new Set([0, 1])) ?? [])]).toEqual([0, 2]);
  expect(openedAgain(outlineOf(), next, new Set([0, 2]))).toBe(null);
});
