import { describe, expect, it } from "vitest";
import type { Run, Tag } from "../api/catalogue";
import type { RunRow } from "../api/runs";
import {
  cellOf,
  describeCell,
  isUnread,
  offeredColumns,
  offeredGroupings,
  senseOfColumn,
  sortedBy,
} from "./run_columns";

const run: Run = {
  ...{
    id: "r0",
    name: "a",
    color: 0,
    points: 1200,
    revision: 1,
    table_revision: 1,
    damaged_bytes: 0,
    unread: false,
  },
  ...{ kinds: { scalars: 1 }, first_wall_time: 0, last_wall_time: 90, last_step: 7, attempts: 1 },
};
const row: RunRow = {
  ...{
    id: "r0",
    revision: 1,
    state: "finished",
    start: 0,
    end: 90,
    points: 1200,
    bytes: 1,
    damaged_bytes: 0,
  },
  hparams: { lr: 0.1, "a:b": "x", deep: true, nothing: null },
  ...{ hparams_left_out: 0, session: null, joined: [], joined_to: null },
  scalars: { t0: [7, "NaN", 0.25, 4] },
  not_finite: { t0: [1201, "NaN", true], t1: [5, "-Infinity", false] },
};
const tags: Tag[] = [{ id: "t0", name: "train/loss", kind: "scalars", runs: ["r0"] }];
const ids = new Map([["train/loss", "t0"]]);
const text = (column: string, withRow: RunRow | undefined = row): string =>
  cellOf(column, run, withRow, ids).text;

describe("a cell", () => {
  it("is not known of a run that was never read, and stays that of one that was dropped", () => {
    const never: Run = { ...run, kinds: {}, points: 0, last_step: null, unread: true };
    expect(["step", "points"].map((column) => cellOf(column, never, row, ids).text)).toEqual(["…", "…"]);
    const dropped: Run = { ...run, unread: true };
    expect(["step", "points"].map((column) => cellOf(column, dropped, row, ids).text)).toEqual([
      "7",
      "1.2 k",
    ]);
  });

  it("is of the run, its hyper-parameters and its scalars", () => {
    expect(["step", "points", "state", "duration"].map((column) => text(column))).toEqual([
      "7",
      "1.2 k",
      "finished",
      "1 min 30 s",
    ]);
    expect(["hparam:lr", "hparam:a:b", "hparam:deep"].map((column) => text(column))).toEqual([
      "0.1",
      "x",
      "true",
    ]);
    const statistics = ["last", "min", "max", "best"].map((statistic) => `${statistic}:train/loss`);
    expect(statistics.map((column) => text(column))).toEqual(["NaN", "0.25", "4", "0.25"]);
  });

  it("has hyper-parameters as they were meant", () => {
    const meant = (value: unknown): string =>
      text("hparam:x", { ...row, hparams: { x: value } } as unknown as RunRow);
    expect([20.0, 0.0003, 1e-7, 0.00012345678, 0.01, 0, 1234567, -3e-4].map(meant)).toEqual([
      ...["20", "3e-4", "1e-7", "1.235e-4", "0.01", "0", "1,234,567", "-3e-4"],
    ]);
  });

  it("has every digit for those who point at it", () => {
    const cell = (column: string) => describeCell(column, cellOf(column, run, row, ids));
    expect(["points", "duration", "hparam:lr", "last:nowhere"].map(cell)).toEqual([
      "points: 1200",
      "duration: 1 min 30 s",
      "lr: 0.1",
      "",
    ]);
  });

  it("is a dash where there is none", () => {
    for (const column of ["hparam:x", "hparam:nothing", "last:other", "hparam:toString", "nonsense"])
      expect(text(column)).toBe("–");
  });

  it("is the best where the name says what that is", () => {
    const others = new Map([
      ["accuracy", "t0"],
      ["lr", "t0"],
    ]);
    expect(cellOf("best:accuracy", run, row, others).value).toBe(4);
    expect(cellOf("best:lr", run, row, others).value).toBe(null);
    expect(["best:lr", "last:lr", "last:loss", "max:accuracy", "nan:any", "step"].map(senseOfColumn)).toEqual(
      [null, null, "down", "up", "down", null],
    );
  });

  it("says so where it is not known yet", () => {
    expect(cellOf("state", run, undefined, ids)).toEqual({ value: null, text: "…" });
    const empty = { ...run, points: 0, kinds: {} };
    const before = { ...row, points: 0 };
    expect(isUnread(run, undefined, false)).toBe(true);
    // A row that is older than what has been read of the run by now.
    expect(isUnread(run, before, false)).toBe(true);
    expect(isUnread(run, row, true)).toBe(false);
    expect(isUnread(empty, before, true)).toBe(true);
    expect(isUnread(empty, before, false)).toBe(false);
    // A run without scalars.
    expect(isUnread({ ...empty, kinds: { text: 1 } }, before, true)).toBe(false);
  });

  it("is where scalars are first not finite", () => {
    expect(cellOf("nan:train/loss", run, row, ids)).toEqual({ value: 1201, text: "NaN 1,201" });
    expect(cellOf("nan:any", run, row, ids)).toEqual({ value: 5, text: "−Inf 5" });
    expect(cellOf("nan:nowhere", run, row, ids).value).toBe(null);
    expect(cellOf("nan:any", run, { ...row, not_finite: {} }, ids).value).toBe(null);
  });
});

describe("columns", () => {
  it("are those that there are", () => {
    const groups = offeredColumns([row], tags);
    expect(groups.map(({ label }) => label)).toEqual([
      "run",
      "hyper-parameters",
      "last of",
      "best of",
      "min of",
      "max of",
      "first NaN or Inf of",
    ]);
    expect(groups[6].columns).toEqual([
      ["nan:any", "first NaN"],
      ["nan:train/loss", "first NaN train/loss"],
    ]);
    expect(groups[1].columns.map(([column]) => column)).toContain("hparam:lr");
    const result: Tag = { id: "t9", name: "hparam/final", kind: "scalars", runs: ["r0"] };
    const [, , results, last] = offeredColumns([row], [...tags, result]);
    expect(results).toEqual({ label: "results", columns: [["last:hparam/final", "final"]] });
    expect(last.columns.map(([column]) => column)).toEqual(["last:train/loss"]);
    expect(offeredColumns([], []).map(({ label }) => label)).toEqual(["run"]);
  });
});

describe("sorting", () => {
  it("has numbers, NaN, words, and nothing last either way", () => {
    const values = [null, "b", 2, Number.NaN, "a10", 1, "a9"];
    expect(sortedBy(values, (value) => value, false)).toEqual([1, 2, Number.NaN, "a9", "a10", "b", null]);
    expect(sortedBy(values, (value) => value, true)).toEqual(["b", "a10", "a9", 2, 1, Number.NaN, null]);
  });
});

it("offers to group by hyper-parameters, the state, and what is shown", () => {
  const offered = offeredGroupings([row], ["step", "state", "min:train/loss", "hparam:lr"]);
  expect(offered.map(([column]) => column)).toEqual([
    ...["hparam:lr", "hparam:a:b", "hparam:deep", "hparam:nothing", "state", "step", "min:train/loss"],
  ]);
});
