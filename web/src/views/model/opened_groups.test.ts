import { expect, it } from "vitest";
import { GROUPS, outlineOf } from "./model_fixture";
import { firstOpened, openedAgain } from "./opened_groups";

it("opens the largest group while there is little to see", () => {
  expect([...firstOpened(outlineOf())]).toEqual([0, 1]);
  const many = Array.from({ length: 30 }, (_, i) => ({
    parent: 1,
    name: `${i}`,
    key: `encoder.${i}`,
    nodes: 1,
  }));
  // What it holds would leave nothing else in sight.
  expect([...firstOpened(outlineOf([...GROUPS.slice(0, 3), ...many]))]).toEqual([0]);
  const wide = Array.from({ length: 8 }, (_, i) => ({ parent: 0, name: `${i}`, nodes: 1 }));
  expect([...firstOpened(outlineOf([GROUPS[0], ...wide]))]).toEqual([0]);
});

it("opens in another graph the groups of the same names", () => {
  const next = outlineOf([GROUPS[0], { parent: 0, name: "stem", nodes: 1 }, { ...GROUPS[1] }]);
  expect([...(openedAgain(outlineOf(), next, new Set([0, 1])) ?? [])]).toEqual([0, 2]);
  expect(openedAgain(outlineOf(), next, new Set([0, 2]))).toBe(null);
});
