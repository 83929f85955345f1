import { expect, it } from "vitest";
import { groupOf, groupTags } from "./tag_groups";

it("groups by what stands before the first slash, naturally ordered, none first", () => {
  const names = ["layer10/a", "layer2/b/c", "layer2/a", "loss", "/odd"];
  const tags = names.map((name, i) => ({ id: `t${i}`, name, kind: "scalars", runs: [] }));
  const groups = groupTags(tags).map((group) => [group.name, group.tags.map((tag) => tag.name)]);
  expect(groups).toEqual([
    ["", ["loss", "/odd"]],
    ["layer2", ["layer2/b/c", "layer2/a"]],
    ["layer10", ["layer10/a"]],
  ]);
  expect(groupOf("a/b/c")).toBe("a");
});
