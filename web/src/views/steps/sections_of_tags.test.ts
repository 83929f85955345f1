import { expect, it } from "vitest";
import { GrowingTree } from "../../state/tag_tree";
import { sectionsOfTags } from "./sections_of_tags";

function sections(names: readonly string[], { shown = names, hasFamilies = true } = {}) {
  const tree = new GrowingTree().of(names);
  return sectionsOfTags(tree, { names: shown, hasFamilies }).map(({ key, name, within, items }) => ({
    ...{ key, name, within },
    items: items.map((item) => (item.family === null ? item.name : [item.name, item.family.members.length])),
  }));
}

it("has the tags without a group first, then a section for each group, in the order of the tags", () => {
  expect(sections(["layer2/b/c", "loss", "layer2/a", "layer10/a"])).toEqual([
    { key: "", name: "", within: [], items: ["loss"] },
    { key: "layer2", name: "layer2", within: [], items: ["layer2/b/c", "layer2/a"] },
    { key: "layer10", name: "layer10", within: [], items: ["layer10/a"] },
  ]);
});

it("gives a node with four items a section of its own, which folds with the one around it", () => {
  const names = ["net/lr", ..."abcd".split("").map((name) => `net/enc/${name}`), "net/dec/a"];
  expect(sections(names)).toEqual([
    { key: "net", name: "net", within: [], items: ["net/lr", "net/dec/a"] },
    { key: "net/enc", name: "net/enc", within: ["net"], items: names.slice(1, 5) },
  ]);
});

it("has one heading for nodes that have only each other, with the key of the outermost", () => {
  expect(sections(["a/b/c/x", "a/b/c/y"])).toEqual([
    { key: "a", name: "a/b/c", within: [], items: ["a/b/c/x", "a/b/c/y"] },
  ]);
});

it("has families as one item each, while four of their tags are shown", () => {
  const norms = [0, 1, 2, 3, 4].map((layer) => `model.layers.${layer}.norm`);
  const all = [...norms, "model.lr"];
  expect(sections(all)).toEqual([
    { key: "model", name: "model", within: [], items: [["model.layers.*.norm", 5], "model.lr"] },
  ]);
  expect(sections(all, { shown: norms.slice(0, 3) })[0].items).toEqual(norms.slice(0, 3));
  expect(sections(all, { hasFamilies: false }).map(({ items }) => items)).toEqual([["model.lr"], norms]);
});
