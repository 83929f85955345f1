// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { ModelPart } from "../../../api/model";
import { childrenOf, GROUPS, outlineOf, partWith } from "../model_fixture";
import { costOf } from "./facts";
import { nameOf, roleOf, rowsOf, type TableRow, type Tree, typeOf } from "./table_rows";

function treeOf(opened: readonly number[], more: Partial<Tree> = {}): Tree {
  const outline = more.outline ?? outlineOf();
  return {
    ...{ outline, children: childrenOf(outline), opened: new Set([0, ...opened]), ownOpened: new Set() },
    ...{ partOf: () => ({ part: null, problem: "" }), order: null },
    ...more,
  };
}

function texts(rows: readonly TableRow[]): string[] {
  return rows.map((row) => `${"-".repeat(row.level)}${nameOf(row)} ${row.place}/${row.count}`);
}

it("has the groups below those that are open, in the order of execution", () => {
  expect(texts(rowsOf(treeOf([])))).toEqual([
    "-Net 1/1",
    "--encoder 1/3",
    "--head 2/3",
    "--operations beside them 3/3",
  ]);
  const rows = rowsOf(treeOf([1]));
  expect(texts(rows)).toEqual([
    "-Net 1/1",
    "--encoder 1/3",
    "---0 1/3",
    "---1 2/3",
    "---operations beside them 3/3",
    "--head 2/3",
    "--operations beside them 3/3",
  ]);
  expect(rows.map((row) => (row.kind === "group" ? row.isOpen : null))).toEqual([
    ...[true, true, false, false, null, false, null],
  ]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

it("has no row for operations where groups hold all nodes, and nothing to open in a group without any", () => {
  const outline = outlineOf([
    { parent: -1, name: "Net", key: "", nodes: 2 },
    { parent: 0, name: "one", nodes: 2 },
    { parent: 0, name: "empty", nodes: 0 },
  ]);
  const rows = rowsOf(treeOf([2], { outline }));
  expect(texts(rows)).toEqual(["-Net 1/1", "--one 1/2", "--empty 2/2"]);
  expect(rows.map((row) => row.kind === "group" && row.isOpen)).toEqual([true, false, null]);
});

it("has the operations of a group without groups when it is open, and of another when they are asked for", () => {
  const asked: number[] = [];
  const part: ModelPart = { ...partWith(["linear", "relu"], 5), left_out: 1200 };
  part.boxes.kind[1] = 2;
  const partOf = (group: number) => {
    asked.push(group);
    return { part, problem: "" };
  };
  const rows = rowsOf(treeOf([2], { partOf }));
  expect(asked).toEqual([2]);
  expect(texts(rows).slice(2, 6)).toEqual([
    "--head 2/3",
    "---linear 1/3",
    "---relu 2/3",
    "---and 1,200 more 3/3",
  ]);
  expect(rows.slice(3, 5).map((row) => [row.id, typeOf(row), roleOf(row)])).toEqual([
    ["n5", "aten.linear", ""],
    ["n6", "aten.relu", "returned by the model"],
  ]);
  const own = rowsOf(treeOf([1], { partOf, ownOpened: new Set([1]) }));
  expect(texts(own).slice(4, 7)).toEqual(["---operations beside them 3/3", "----linear 1/3", "----relu 2/3"]);
});

it("says what is waited for, and what is wrong", () => {
  const waiting = rowsOf(treeOf([2]));
  expect(texts(waiting)[3]).toBe("---Asking what is in it. 1/1");
  const wrong = rowsOf(treeOf([2], { partOf: () => ({ part: null, problem: "Gone." }) }));
  expect(texts(wrong)[3]).toBe("---Gone. 1/1");
  const nothing = rowsOf(treeOf([2], { partOf: () => ({ part: partWith([]), problem: "" }) }));
  expect(texts(nothing)[3]).toBe("---There is nothing in it that is computed. 1/1");
});

it("has groups that the outline leaves out from the part, and what is below those, too", () => {
  const outline = outlineOf([{ parent: -1, name: "Net", key: "", nodes: 9, below: 2 }]);
  const parts = new Map([
    [0, partWith([], 0, [7, 8])],
    [8, partWith(["add"], 3)],
  ]);
  const partOf = (group: number) => ({ part: parts.get(group) ?? null, problem: "" });
  const rows = rowsOf(treeOf([8], { outline, partOf }));
  expect(texts(rows)).toEqual([
    "-Net 1/1",
    "--group7 1/3",
    "--group8 2/3",
    "---add 1/1",
    "--operations beside them 3/3",
  ]);
  const before = rowsOf(treeOf([8], { outline }));
  expect(texts(before)).toEqual(["-Net 1/1", "--Asking what is in it. 1/1"]);
});

it("sorts what is in the same group, and leaves what is not known at the end", () => {
  const outline = outlineOf([
    ...GROUPS,
    { parent: 1, name: "2", key: "encoder.2", nodes: 1, parameters: null },
  ]);
  const rank: NonNullable<Tree["order"]>["rank"] = (source, group) => costOf(source, group, "parameters");
  const names = (isDescending: boolean): string[] =>
    rowsOf(treeOf([1], { outline, order: { rank, isDescending } }))
      .filter(({ kind }) => kind === "group")
      .map(nameOf);
  expect(names(true)).toEqual(["Net", "encoder", "1", "0", "2", "head"]);
  expect(names(false)).toEqual(["Net", "head", "encoder", "0", "1", "2"]);
});

it("takes a tree that is as deep as its writer made it", () => {
  const depth = 10_000;
  const deep = outlineOf();
  const column = <Value>(value: Value): Value[] => Array.from({ length: depth }, () => value);
  deep.groups = {
    ...deep.groups,
    parent: Array.from({ length: depth }, (_, group) => group - 1),
    ...{ name: column("a"), key: column("a"), path: column("a"), type: column(""), nodes: column(1) },
    below: Array.from({ length: depth }, (_, group) => Number(group < depth - 1)),
  };
  const children = deep.groups.parent.map((_, group) => (group < depth - 1 ? [group + 1] : []));
  const opened = new Set(deep.groups.parent.map((_, group) => group));
  const rows = rowsOf(treeOf([], { outline: deep, children, opened }));
  expect(rows.length).toBe(depth + 1);
  expect(rows.at(-2)?.level).toBe(depth);
});
