import { expect, it } from "vitest";
import type { ModelGroups, ModelPart } from "../../../api/model";
import { nextToOpen } from "./first_openings";

function part(group: readonly number[]): ModelPart {
  return { boxes: { group } } as unknown as ModelPart;
}

function groupsOf(parent: number[], nodes: number[]): ModelGroups {
  const below = parent.map((_, group) => parent.filter((each) => each === group).length);
  return { parent, nodes, below } as unknown as ModelGroups;
}

it("opens the only group of the whole", () => {
  const groups = groupsOf([-1, 0, 1, 1], [500, 498, 200, 290]);
  expect(nextToOpen(groups, new Map([[0, part([-1, 1, -1])]]))).toBe(1);
});

it("opens the largest group that has few enough boxes, while there are few", () => {
  const groups = groupsOf([-1, 0, 0, 2], [130, 100, 20, 5]);
  expect(nextToOpen(groups, new Map([[0, part([1, 2, -1])]]))).toBe(2);
});

it("opens nothing where there is enough to see, or nothing that fits", () => {
  const groups = groupsOf([-1, 0, 0], [130, 100, 20]);
  expect(nextToOpen(groups, new Map([[0, part([1, 2, ...new Array(8).fill(-1)])]]))).toBeNull();
  expect(nextToOpen(groupsOf([-1, 0, 0], [300, 100, 200]), new Map([[0, part([1, 2])]]))).toBeNull();
});
