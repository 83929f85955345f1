// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Catalogue } from "../api/catalogue";
import type { RunRow } from "../api/runs";
import { catalogue } from "../state/server";
import { listedRuns } from "./listed_runs";
import { filterProblem, filterReading } from "./run_filter";
import { startRunTable } from "./run_table";
import { changeRuns } from "./runs_link";

/** 60 runs named s0 to s59, of four learning rates, 15 each. */
const RUNS = 60;
const RATES = [0.1, 0.03, 0.01, 0.003];

function row(number: number): RunRow {
  return {
    ...{ id: `r${number}`, revision: 1, state: "finished", start: 0, end: 1, points: 1, bytes: 1 },
    damaged_bytes: 0,
    hparams: { lr: RATES[number % 4], seed: number },
    ...{ hparams_left_out: 0, session: null, joined: [], joined_to: null },
    scalars: {},
    not_finite: number === 7 ? { t0: [1201, "NaN", true] } : {},
  };
}

const KNOWN: Catalogue = {
  ...{ version: "", kernel: "native", revision: 1 },
  logdir: { path: "", state: "ready", detail: "" },
  loading: {
    done: true,
    files: 1,
    bytes: 1,
    bytes_read: 1,
    points: 1,
    stalled_since: null,
    unread: 0,
    budget: null,
  },
  runs: Array.from({ length: RUNS }, (_, i) => ({
    ...{
      id: `r${i}`,
      name: `s${i}`,
      color: i,
      points: 1,
      revision: 1,
      table_revision: 1,
      damaged_bytes: 0,
      unread: false,
    },
    ...{ kinds: {}, first_wall_time: 0, last_wall_time: 1, last_step: 1, attempts: 1 },
  })),
  tags: ["train/loss", "grad/norm"].map((name, i) => ({ id: `t${i}`, name, kind: "scalars", runs: [] })),
  ...{ damage: [], malformed: [], unfinished: [], unreadable: [] },
};

const asked: string[] = [];
let answer: (() => void) | null = null;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    return new Promise((resolve) => {
      const experiment = { hparams: {}, metrics: [] };
      const runs = Array.from({ length: RUNS }, (_, i) => row(i));
      answer = () => resolve(Response.json({ runs, experiment }));
    });
  });
});

afterEach(() => vi.unstubAllGlobals());

async function answered(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  answer?.();
  await vi.advanceTimersByTimeAsync(0);
}

const count = (): number => listedRuns.value.length;
const type = (runFilter: string): void => changeRuns({ runFilter });

startRunTable();

it("shows what was there while values are read, and holds what was last valid", async () => {
  // At the first opening, with a query in the link: all runs.
  type("lr>0.01");
  catalogue.value = KNOWN;
  expect([count(), filterReading.value]).toEqual([
    60,
    "Reading lr of 60 runs. The list is as it was before.",
  ]);
  await answered();
  expect([count(), filterReading.value, filterProblem.value]).toEqual([30, null, null]);

  type("lr=0.01");
  expect(count()).toBe(15);
  type("((");
  expect(count()).toBe(15);
  expect(filterProblem.value).toBe("Not a regular expression: Unterminated group. The last good one holds.");
  type("s1$|s2$");
  expect([count(), filterProblem.value]).toEqual([2, null]);
  type("((");
  expect(count()).toBe(2);
  type("");
  expect(count()).toBe(60);

  // Values of a scalar that nobody has asked for yet: the old list stays, at once and until they are there.
  type("s1");
  expect(count()).toBe(11);
  type("last:grad/norm<1");
  expect(asked.at(-1)).not.toContain("t1");
  expect([count(), filterReading.value]).toEqual([
    11,
    "Reading last grad/norm of 60 runs. The list is as it was before.",
  ]);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.at(-1)).toContain("t1");
  type("((");
  expect([count(), filterReading.value]).toEqual([11, null]);
  type("last:grad/norm<1");
  await answered();
  expect([count(), filterProblem.value]).toEqual([0, "No run has “last grad/norm”."]);

  // A word on the way to a query lets nothing through, and is no picture to keep.
  for (const text of ["l", "lr", "lr>"]) type(text);
  expect(count()).toBe(60);
  type("lr>0");
  expect(count()).toBe(60);

  type("nan:train/loss");
  expect(listedRuns.value.map(({ name }) => name)).toEqual(["s7"]);
  type("nan:any");
  expect(count()).toBe(1);
  // A tag without any NaN is known: none of the runs has one.
  type("nan:grad/norm");
  expect([count(), filterProblem.value]).toEqual([0, null]);
  type("nan:nowhere");
  expect([count(), filterProblem.value]).toEqual([0, "No run has “first NaN nowhere”."]);
  type("lr>fast");
  expect(filterProblem.value).toBe("“fast” is not a number, as lr is.");
});
