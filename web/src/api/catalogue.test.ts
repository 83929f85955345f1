import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { applied, type Catalogue, type CatalogueDifference, patched, type Run } from "./catalogue";
import { fetchChanges } from "./request";

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

interface Answered {
  whole: Catalogue;
  difference: CatalogueDifference | null;
}

const DIFFERENCES = JSON.parse(
  readFileSync(new URL("../../../tests/contract/catalogue_differences.json", import.meta.url), "utf-8"),
) as Answered[][];

it("takes in what the server says has changed, one answer after the other", () => {
  expect(DIFFERENCES.length).toBeGreaterThan(0);
  for (const answers of DIFFERENCES) {
    let known = (answers[0] as Answered).whole;
    for (const { whole, difference } of answers.slice(1)) {
      const before = known;
      known = applied(known, difference as CatalogueDifference);
      expect(known).toEqual(whole);
      // What has not changed is the same object, so that nothing is made of it anew.
      const tags = new Map(before.tags.map((tag) => [tag.id, tag]));
      for (const tag of known.tags) {
        const old = tags.get(tag.id);
        if (JSON.stringify(old) === JSON.stringify(tag)) expect(tag).toBe(old);
      }
      if (JSON.stringify(before.tags) === JSON.stringify(known.tags)) expect(known.tags).toBe(before.tags);
      if (JSON.stringify(before.runs) === JSON.stringify(known.runs)) expect(known.runs).toBe(before.runs);
    }
  }
});

it("takes in what has changed over runs that events have patched since", () => {
  for (const answers of DIFFERENCES)
    for (const [place, { whole, difference }] of answers.entries()) {
      if (difference === null) continue;
      const { whole: before } = answers[place - 1] as Answered;
      const runs = whole.runs.filter((run) => before.runs.some((old) => old.id === run.id));
      const { revision, loading } = whole;
      const known = patched(before, { revision, structure: false, loading, runs });
      expect(applied(known, difference)).toEqual(whole);
    }
});

describe("fetchChanges", () => {
  afterEach(() => vi.unstubAllGlobals());

  function answering(document: unknown, etag: string): ReturnType<typeof vi.fn> {
    const asked = vi.fn(async (_path: string) => Response.json(document, { headers: { ETag: etag } }));
    vi.stubGlobal("fetch", asked);
    return asked;
  }

  const [[first, second] = []] = DIFFERENCES;

  it("asks for what has changed since the answer that it knows", async () => {
    const asked = answering(second?.difference, 'W/"3f2a-2"');
    const known = { catalogue: first?.whole as Catalogue, name: "3f2a-1" };
    expect(await fetchChanges(known)).toEqual({ catalogue: second?.whole, name: "3f2a-2" });
    expect(asked.mock.calls[0]?.[0]).toBe("./api/catalogue?since=3f2a-1");
  });

  it("takes everything from a server that does not know that answer, or has given it no name", async () => {
    const asked = answering(second?.whole, '"other-7"');
    const known = { catalogue: first?.whole as Catalogue, name: "3f2a-1" };
    expect(await fetchChanges(known)).toEqual({ catalogue: second?.whole, name: "other-7" });
    await fetchChanges({ ...known, name: "" });
    expect(asked.mock.calls[1]?.[0]).toBe("./api/catalogue");
  });
});
