import { expect, it } from "vitest";
import type { ModelPart } from "./api/model";
import { searchOffline } from "./offline_search";
import { partWith } from "./views/model/model_fixture";

const PARTS = new Map<number, ModelPart>([
  [0, partWith(["conv", "relu"], 0, [1, 2])],
  [1, partWith(["linear"], 2, [3])],
  [3, partWith(["Linear", "add"], 3)],
]);

function found(query: string): string[] {
  return searchOffline((group) => PARTS.get(group), query).found.map(({ name, groups }) =>
    [...groups, name].join(" "),
  );
}

it("finds what has all words, each group before what is in it, with the groups around it", () => {
  expect(found("LINEAR")).toEqual(["0 1 3 Linear", "0 1 linear"]);
  expect(found("group")).toEqual(["0 group1", "0 1 group3", "0 group2"]);
  expect(found("aten conv")).toEqual(["0 conv"]);
  expect(found('"aten conv"')).toEqual([]);
  expect(found(" ")).toEqual([]);
});

it("says that it knows no fields and no costs", () => {
  for (const query of ["op:relu", "macs>1e9", "relu shape:[1]"])
    expect(searchOffline((group) => PARTS.get(group), query).problem).toContain("the viewer knows");
});

it("counts all and lists a thousand", () => {
  const part = partWith(Array.from({ length: 1200 }, (_, i) => `op${i}`));
  const { count, found: listed } = searchOffline((group) => (group === 0 ? part : undefined), "op");
  expect([count, listed.length]).toEqual([1200, 1000]);
});
