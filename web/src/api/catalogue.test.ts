import { expect, it } from "vitest";
import { type Catalogue, patched, type Run } from "./catalogue";

const run = (id: string, name: string): Run => ({
  id,
  name,
  color: 3,
  points: 10,
  revision: 4,
  table_revision: 4,
  kinds: { scalars: 4 },
  first_wall_time: 1,
  last_wall_time: 2,
  last_step: 9,
  attempts: 1,
  damaged_bytes: 0,
  unread: false,
});
const loading = {
  done: true,
  files: 2,
  bytes: 10,
  bytes_read: 10,
  points: 20,
  stalled_since: null,
  unread: 0,
  budget: null,
};
const catalogue: Catalogue = {
  version: "0.1.0",
  kernel: "native",
  revision: 4,
  logdir: { path: "./log", state: "ready", detail: "" },
  loading,
  runs: [run("r0", "a"), run("r1", "b")],
  tags: [],
  damage: [],
  unfinished: [],
  unreadable: [],
  malformed: [],
};

it("patches the runs of an event and leaves the others, names and colours alone", () => {
  const {
    color: _color,
    name: _name,
    ...change
  } = { ...run("r1", "b"), points: 99, revision: 5, kinds: { images: 5, scalars: 4 }, last_step: 98 };
  const after = patched(catalogue, {
    revision: 5,
    structure: false,
    loading: { ...loading, points: 109 },
    runs: [change],
  });
  expect(after.revision).toBe(5);
  expect(after.loading.points).toBe(109);
  expect(after.runs[0]).toBe(catalogue.runs[0]);
  expect(after.runs[1]).toEqual({ ...change, name: "b", color: 3 });
});
