import { describe, expect, it } from "vitest";
import type { Run } from "../api/catalogue";
import type { RunRow } from "../api/runs";
import { allButSeed } from "./group_keys";
import type { CellValue } from "./run_columns";
import { capturesOf, groupRuns, type RunGroup } from "./run_groups";
import { rowsOf } from "./run_rows";

const runs = ["sweep/lr=10_s=1", "sweep/lr=2_s=1", "sweep/lr=10_s=2", "other/x", "alone"].map(
  (name) => ({ name, id: name }) as Run,
);
const none = (): { value: CellValue; text: string } => ({ value: null, text: "–" });
const names = runs.map((run) => run.name);
type CellOf = Parameters<typeof groupRuns>[3];
const groupsBy = (by: string | string[], cell: CellOf = none): RunGroup[] =>
  groupRuns(runs, [by].flat(), (key) => capturesOf(key, names), cell);
const grouped = (by: string | string[], cell: CellOf = none): Record<string, string[]> =>
  Object.fromEntries(groupsBy(by, cell).map((group) => [group.name, group.runs.map((run) => run.name)]));

const length: CellOf = (_column, { name }) => ({ value: name.length, text: `long ${name.length}` });

describe("groups", () => {
  it("are what a capture says, in natural order, and last those without", () => {
    const found = grouped("/lr=([^_]+)/");
    expect(Object.keys(found).sort()).toEqual(["10", "2", "–"]);
    expect(groupsBy("/lr=([^_]+)/").map(({ name, color }) => [name, color])).toEqual([
      ["2", 0],
      ["10", 1],
      ["–", 2],
    ]);
    expect(Object.keys(grouped("/(lr=\\d+)_(s=\\d)/"))).toContain("lr=10 s=2");
    expect(Object.keys(grouped("/^[^/]+/"))).toEqual(["alone", "other", "sweep"]);
  });

  it("are all one where the expression is none", () => {
    expect(Object.keys(grouped("/(/"))).toEqual(["–"]);
    expect(capturesOf("/(/", names).error).toBe("Unterminated group");
    expect(capturesOf("/a/", names).error).toBeNull();
    expect(capturesOf("hparam:lr", names).error).toBeNull();
  });

  it("are all one where it would take too long to capture anything", () => {
    const long = ["ab".repeat(20_000)];
    const { of, error } = capturesOf("/(a|b)*a(.){500}c/", long);
    expect(of(long[0])).toBeNull();
    expect(error).toBe("Matching this against all names takes too long");
  });

  it("are directories, or the values of a column in their order", () => {
    expect(Object.keys(grouped("directory"))).toEqual(["other", "sweep", "."]);
    expect(Object.keys(grouped("hparam:x", length))).toEqual(["long 5", "long 7", "long 14", "long 15"]);
  });
});

describe("groups by several keys", () => {
  const cellOf =
    (word: (name: string) => string): CellOf =>
    (column, { name }) => {
      const value = column === "hparam:optimizer" ? word(name) : Math.min(2, name.length % 3);
      return { value, text: String(value) };
    };

  it("have names for where there is little room", () => {
    const keys = ["hparam:weight_decay", "hparam:lr", "hparam:optimizer"];
    const [first] = groupsBy(
      keys,
      cellOf(() => "adamw"),
    );
    expect([first.name, first.short]).toEqual([
      "weight_decay 0 · lr 0 · optimizer adamw",
      "wd 0 · lr 0 · adamw",
    ]);
    expect(
      groupsBy(
        "hparam:lr",
        cellOf(() => "adamw"),
      )[0].short,
    ).toBeUndefined();
    // Two groups never have one name.
    const same = ["hparam:weight_decay", "hparam:wide_decoder"];
    const cells: CellOf = (column, run) => ({ value: null, text: `${column.length}${run.name}` });
    expect(new Set(groupsBy(same, cells).map(({ short, name }) => short ?? name)).size).toBe(runs.length);
  });

  it("are named by all of them, in the order of the first, then of the next", () => {
    const cells: CellOf = (column, { name }) =>
      column === "hparam:lr"
        ? { value: name.includes("lr=10") ? 10 : null, text: name.includes("lr=10") ? "10" : "–" }
        : { value: name.length, text: `${name.length}` };
    const found = groupsBy(["hparam:lr", "/(s=\\d)$/", "points"], cells);
    expect(found.map(({ name, runs: members }) => [name, members.length])).toEqual([
      ["lr 10 · s=1 · points 15", 1],
      ["lr 10 · s=2 · points 15", 1],
      ["lr – · s=1 · points 14", 1],
      ["lr – · – · points 5", 1],
      ["lr – · – · points 7", 1],
    ]);
  });

  it("are all one without any key", () => {
    expect(groupsBy([]).map(({ name, runs: members }) => [name, members.length])).toEqual([["all runs", 5]]);
  });

  it("are on a ramp where one key orders three or more by a number", () => {
    expect(groupsBy("hparam:x", length).map(({ share }) => share)).toEqual([0, 1 / 3, 2 / 3, 1]);
    const some: CellOf = (column, run) => (run.name === "alone" ? none() : length(column, run));
    expect(groupsBy("hparam:x", some).map(({ share }) => share)).toEqual([0, 0.5, 1, undefined]);
    const two: CellOf = (_column, { name }) => ({
      value: Number(name === "alone"),
      text: String(name === "alone"),
    });
    expect(groupsBy("hparam:x", two)[0].share).toBeUndefined();
    expect(groupsBy(["hparam:x", "directory"], length)[0].share).toBeUndefined();
    expect(groupsBy("directory")[0].share).toBeUndefined();
  });
});

describe("all but seed", () => {
  const row = (hparams: Record<string, unknown>): RunRow => ({ hparams }) as unknown as RunRow;

  it("is every hyper-parameter that differs, but what is repeated and what names a run", () => {
    const rows = [0, 1, 2].map((i) =>
      row({
        ...{ lr: i / 10, depth: 3, "model.seed": i, randomState: i, cv_fold: i, trial: i, out: `runs/${i}` },
        ...(i > 0 && { dropout: 0.5 }),
        optimizer: i === 2 ? "sgd" : "adam",
      }),
    );
    expect(allButSeed(rows)).toEqual(["hparam:lr", "hparam:optimizer", "hparam:dropout"]);
    expect(allButSeed([])).toEqual([]);
    expect(allButSeed(rows.slice(0, 1))).toEqual([]);
  });

  it("does not take other names for repetitions", () => {
    const names = ["manifold", "strings", "unfolded"];
    const rows = [0, 1].map((i) => row(Object.fromEntries(names.map((name) => [name, i]))));
    expect(allButSeed(rows)).toEqual(["hparam:manifold", "hparam:strings", "hparam:unfolded"]);
  });
});

describe("rows", () => {
  const labels = (rows: ReturnType<typeof rowsOf>): string[] =>
    rows.map((row) => (row.kind === "run" ? row.label : `> ${row.name}`));

  const no = new Set<string>();

  it("stand below directories that have several runs", () => {
    expect(labels(rowsOf(runs, null, true, new Set(), no))).toEqual([
      ...["> sweep", "lr=10_s=1", "lr=2_s=1", "lr=10_s=2", "other/x", "alone"],
    ]);
    expect(labels(rowsOf(runs, null, true, new Set(["sweep"]), no))).toEqual(["> sweep", "other/x", "alone"]);
    expect(labels(rowsOf(runs.slice(0, 3), null, true, new Set(), no))).toEqual(
      runs.slice(0, 3).map((run) => run.name),
    );
    expect(labels(rowsOf(runs, null, false, new Set(), no))).toEqual(runs.map((run) => run.name));
  });

  it("stand below groups, without the directory that all of a group are in", () => {
    const groups = groupsBy("/lr=([^_]+)/");
    expect(labels(rowsOf(runs, groups, true, new Set(["–"]), no))).toEqual([
      ...["> 2", "sweep/lr=2_s=1", "> 10", "lr=10_s=1", "lr=10_s=2", "> –"],
    ]);
  });

  it("are not there twice: pinned runs stand above them all", () => {
    const pinned = new Set(["alone", "sweep/lr=2_s=1"]);
    expect(labels(rowsOf(runs, null, true, no, pinned))).toEqual([
      ...["> sweep", "lr=10_s=1", "lr=10_s=2", "other/x"],
    ]);
    const groups = groupsBy("/lr=([^_]+)/");
    const [heading, ...rows] = rowsOf(runs, groups, true, new Set(["–"]), pinned);
    expect(heading).toMatchObject({ name: "2", runs: [{ name: "sweep/lr=2_s=1" }] });
    expect(labels(rows)).toEqual(["> 10", "lr=10_s=1", "lr=10_s=2", "> –"]);
  });

  it("have runs that recorded nothing at their end, folded at first", () => {
    const empty = new Set(["alone", "sweep/lr=2_s=1"]);
    const shown = ["> sweep", "lr=10_s=1", "lr=10_s=2", "other/x", "> recorded nothing"];
    expect(labels(rowsOf(runs, null, true, no, no, empty))).toEqual(shown);
    expect(labels(rowsOf(runs, null, true, new Set(["recorded nothing"]), no, empty))).toEqual([
      ...[...shown, "sweep/lr=2_s=1", "alone"],
    ]);
    const all = new Set(names);
    expect(labels(rowsOf(runs, null, false, no, no, all))).toEqual(names);
  });
});
