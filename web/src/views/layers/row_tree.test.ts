import { describe, expect, it } from "vitest";
import { firstOpen, linesOf, openNow, treeOf, waysTo } from "./row_tree";

const BLOCK = [
  ["ln", "LayerNorm"],
  ["attn.qkv", "Linear"],
  ["attn.out", "Linear"],
  ["mlp.fc", "Linear"],
] as const;

/** The rows of a model of some blocks, with an embedding before them and a head behind. */
function model(blocks: number): [string[], string[]] {
  const rows: [string, string][] = [["embed", "Embedding"]];
  for (let i = 0; i < blocks; i++) for (const [name, type] of BLOCK) rows.push([`h.${i}.${name}`, type]);
  rows.push(["head", "Linear"]);
  return [rows.map(([name]) => name), rows.map(([, type]) => type)];
}

const named = (lines: ReturnType<typeof linesOf>): string[] =>
  lines.map(({ name, depth }) => `${"  ".repeat(depth)}${name}`);

describe("the rows of a watch as a tree", () => {
  it("folds blocks that are alike, in the order of execution", () => {
    const tree = treeOf(...model(12));
    const lines = linesOf(tree, new Set());
    expect(named(lines)).toEqual(["embed", "h.0–11", "head"]);
    expect(lines[1]).toMatchObject({ type: "×12", isFold: true, canOpen: true, isOpen: false });
    expect(lines[1].rows).toEqual(Array.from({ length: 48 }, (_, i) => i + 1));
  });

  it("leaves blocks that differ apart", () => {
    const rows = ["h.0.a", "h.0.b", "h.1.a", "h.1.b", "h.2.a", "h.2.c"];
    const tree = treeOf(rows, Array(6).fill("Linear"));
    expect(named(linesOf(tree, new Set(["h"])))).toEqual(["h", "  0–1", "  2"]);
  });

  it("has the row of a group itself in its heading once it is open", () => {
    const tree = treeOf(["net.fc", "net.act", "net"], ["Linear", "ReLU", "Net"]);
    expect(linesOf(tree, new Set()).map(({ rows }) => rows)).toEqual([[0, 1, 2]]);
    expect(linesOf(tree, new Set(["net"])).map(({ name, rows }) => [name, rows])).toEqual([
      ["net", [2]],
      ["fc", [0]],
      ["act", [1]],
    ]);
  });

  it("is one line where a group has one row, and has a line for each of two rows of one name", () => {
    expect(named(linesOf(treeOf(["a.b.weight"], ["Linear"]), new Set()))).toEqual(["a.b.weight"]);
    const twins = linesOf(treeOf(["a", "a"], ["Linear", "ReLU"]), new Set(["a"]));
    expect(twins.map(({ rows }) => rows)).toEqual([[0], [1]]);
    expect(new Set(twins.map(({ key }) => key)).size).toBe(2);
    expect(named(linesOf(treeOf([""], ["Net"]), new Set()))).toEqual(["(model)"]);
  });

  it.each([1, 3, 12, 30, 100])(
    "shows at most sixty lines of %i blocks at first, and every row once",
    (blocks) => {
      const [rows, classes] = model(blocks);
      const tree = treeOf(rows, classes);
      const lines = linesOf(tree, firstOpen(tree));
      expect(lines.length).toBeLessThanOrEqual(60);
      expect(lines.flatMap((line) => line.rows).sort((one, other) => one - other)).toEqual(
        rows.map((_, i) => i),
      );
    },
  );

  it("opens level by level as far as there is room", () => {
    const tree = treeOf(...model(24));
    const lines = linesOf(tree, firstOpen(tree));
    expect(named(lines).slice(0, 4)).toEqual(["embed", "h.0–23", "  0", "  1"]);
    const open = openNow(firstOpen(tree), new Set(["h.3", "h.0–23"]));
    expect(named(linesOf(tree, open))).toEqual(["embed", "h.0–23", "head"]);
  });

  it("knows what to open for a row to be a line", () => {
    const [rows, classes] = model(12);
    const tree = treeOf(rows, classes);
    const row = rows.indexOf("h.7.mlp.fc");
    const open = new Set(waysTo(tree, row));
    expect(linesOf(tree, open).some((line) => line.rows.length === 1 && line.rows[0] === row)).toBe(true);
  });
});
