// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { Catalogue } from "../api/catalogue";
import { formatTime } from "../kit/format";
import { described } from "./notices";

const known: Catalogue = {
  version: "0.1.0",
  kernel: "native",
  revision: 1,
  logdir: { path: "./log", state: "ready", detail: "" },
  loading: {
    done: true,
    files: 1,
    bytes: 10,
    bytes_read: 10,
    points: 1,
    stalled_since: null,
    unread: 0,
    budget: null,
  },
  runs: [],
  tags: [],
  damage: [],
  unfinished: [],
  unreadable: [],
  malformed: [],
};

const run = {
  ...{ id: "r0", name: "a", color: 0, points: 1, revision: 1, table_revision: 1, kinds: {} },
  ...{
    first_wall_time: null,
    last_wall_time: null,
    last_step: null,
    attempts: 1,
    damaged_bytes: 0,
    unread: false,
  },
};

it("says nothing where nothing is missing", () => {
  expect(described(known)).toEqual([]);
});

it("says since when nothing has been looked at", () => {
  const loading = { ...known.loading, stalled_since: 1_700_000_000 };
  const [notice] = described({ ...known, loading });
  expect(notice.title).toBe(`Not looked at since ${formatTime(1_700_000_000)}`);
  expect(notice.lines).toEqual(["./log"]);
});

it("says which files end with bytes that are not a record", () => {
  const end = {
    run: "r0",
    file: "events.out.tfevents.1",
    offset: 4096,
    bytes: 152_000,
    modified: 1_600_000_000,
  };
  const [notice] = described({ ...known, unfinished: [end] });
  expect(notice.title).toBe("1 unfinished file (152 kB)");
  expect(notice.lines[0]).toContain("events.out.tfevents.1: 152 kB from byte 4,096 on, last written to 2020");
});

it("says which runs are not in memory", () => {
  const runs = ["adam", "sgd"].map((name) => ({ ...run, id: name, name, unread: name === "sgd" }));
  const loading = { ...known.loading, unread: 1, budget: 200_000_000 };
  const [notice, ...others] = described({ ...known, runs, loading });
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ title: "1 not read", lines: ["sgd"], isQuiet: true });
  expect(notice.explanation).toContain(
    "1 of 2 runs are not in memory, where there is room for 200 MB of points",
  );
});

it("says which files have records that are no events", () => {
  const runs = [{ ...run, id: "r0", name: "adam" }];
  const malformed = [
    { run: "r0", file: "events.out.tfevents.1", records: 1 },
    { run: "r0", file: "events.out.tfevents.2", records: 2 },
  ];
  const [one] = described({ ...known, runs, malformed: malformed.slice(0, 1) });
  expect(one.title).toBe("1 malformed record");
  expect(one.explanation).toContain("Their checksums are right, and their content is not an event.");
  expect(one.lines).toEqual(["adam events.out.tfevents.1: 1 malformed record"]);
  expect(described({ ...known, runs, malformed })[0].title).toBe("3 malformed records");
});

it("says where files are damaged, and what cannot be read at all", () => {
  const runs = [{ ...run, name: "adam", damaged_bytes: 1500 }];
  const damage = [{ run: "r0", file: "events.out.tfevents.1", offset: 12_000, bytes: 1500 }];
  const unreadable = [
    { run: "r0", file: "b.tfevents", reason: "not an event file but a Git LFS pointer", is_foreign: true },
    { run: null, file: "locked", reason: "Permission denied", is_foreign: false },
  ];
  const [damaged, unread, foreign] = described({ ...known, runs, damage, unreadable });
  expect(damaged.title).toBe("1 damaged place (1.5 kB)");
  expect(damaged.lines).toEqual(["adam events.out.tfevents.1: 1.5 kB at byte 12,000"]);
  expect([unread.title, unread.lines]).toEqual(["1 unreadable", ["locked: Permission denied"]]);
  expect(foreign.title).toBe("1 file is no event file");
  expect(foreign.lines).toEqual(["adam b.tfevents: not an event file but a Git LFS pointer"]);
  expect(described({ ...known, runs, unreadable: [unreadable[0], unreadable[0]] })[0].title).toBe(
    "2 files are no event files",
  );
});

it("says when the log directory as a whole cannot be read any more", () => {
  const { path } = known.logdir;
  const unreadable = [
    { run: null, file: path, reason: "the credentials have expired", is_foreign: false },
    { run: null, file: "locked", reason: "Permission denied", is_foreign: false },
  ];
  const [whole, others] = described({ ...known, unreadable });
  expect([whole.title, whole.lines]).toEqual([
    "Log directory unreadable",
    [`${path}: the credentials have expired`],
  ]);
  expect(others.lines).toEqual(["locked: Permission denied"]);
});
