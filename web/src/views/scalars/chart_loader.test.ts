import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Run, Tag } from "../../api/catalogue";
import { buildFrame } from "../../api/frame_fixture";
import type { ChartRequest } from "../../api/scalars";
import { type ChartData, ChartLoader, type ChartQuery, seriesKey } from "./chart_loader";

const tag: Tag = { id: "t0", name: "loss", kind: "scalars", runs: ["r0", "r1"] };

/** A run whose scalars are as of a revision. */
function run(id: string, scalars: number, revision = scalars): Run {
  const name = `name of ${id}`;
  const revisions = { revision, table_revision: scalars, kinds: { scalars, images: revision } };
  const times = { first_wall_time: 0, last_wall_time: 1, last_step: 1, attempts: 1 };
  return { id, name, color: 0, points: 1, ...revisions, damaged_bytes: 0, unread: false, ...times };
}

function query(changes: Partial<ChartQuery>): ChartQuery {
  const runs = [run("r0", 1), run("r1", 1)];
  const view = { axis: "step", scale: "linear", range: null, pixels: 320, smoothing: null } as const;
  const plain = {
    tags: [tag],
    xTag: null,
    groups: null,
    hasSuperseded: false,
    attempts: "all" as const,
    connection: 1,
    isUrgent: false,
    isSmall: false,
    place: () => null,
  };
  return { ...plain, runs, ...view, ...changes };
}

let revision = 1;
let asked: ChartRequest[][] = [];

/** Tags that the server draws over wall time, as all their steps are equal. */
let overTime = new Set<string>();

/** Runs that the server does not have in memory. */
let unread = new Set<string>();

/** Answers with one point at step 7 for every run of every chart that is in memory. */
function answer(charts: ChartRequest[]): ArrayBuffer {
  let at = 0;
  const described = charts.map((chart) => ({
    ...{
      tag: chart.tag,
      axis: overTime.has(chart.tag) ? ("wall" as const) : chart.axis,
      scale: chart.scale,
      range: chart.range,
      level: 0,
      origin: 0,
    },
    ...(chart.runs.some((id) => unread.has(id)) && { pending: chart.runs.filter((id) => unread.has(id)) }),
    series: chart.runs
      .filter((id) => !unread.has(id))
      .map((id) => ({
        ...{ run: id, segment: 0, count: 1, recorded: 1, left_out: 0, buckets: [0, 0], marks: [0, 0] },
        points: [at, ++at],
      })),
  }));
  const empty = { dtype: "u4" as const, values: [] };
  return buildFrame(
    { revision, charts: described },
    {
      point_x: { dtype: "f8", values: Array(at).fill(7) },
      point_y: { dtype: "f4", values: Array(at).fill(0.5) },
      ...{ bucket: empty, mean: empty, min: empty, max: empty },
      ...{ mark_bucket: empty, mark_nan: empty, mark_pos_inf: empty, mark_neg_inf: empty },
    },
  );
}

/** Answers with one bucket for every group, in which all its runs are. */
function answerGroups(charts: (Omit<ChartRequest, "runs"> & { groups?: string[][] })[]): ArrayBuffer {
  const sizes: number[] = [];
  const described = charts.map((chart) => ({
    ...{ tag: chart.tag, axis: chart.axis, scale: chart.scale, range: chart.range, level: 0, origin: 0 },
    groups: (chart.groups ?? []).map((runs) => {
      const place = sizes.push(runs.length) - 1;
      return { buckets: [place, place + 1], marks: [place, place + 1] };
    }),
    marked: ["r1"],
  }));
  const values = sizes.map(() => 0.5);
  const column = { dtype: "f8" as const, values };
  const none = { dtype: "u4" as const, values: sizes.map(() => 0) };
  return buildFrame(
    { revision, charts: described },
    {
      bucket: { dtype: "u4", values: sizes.map(() => 0) },
      runs: { dtype: "u4", values: sizes },
      ...{
        mean: column,
        median: column,
        min: column,
        max: column,
        lowest_mean: column,
        highest_mean: column,
      },
      ...{ deviation: column, error: column, confidence: column },
      ...{ mark_bucket: none, mark_run: none, mark_nan: none, mark_pos_inf: none, mark_neg_inf: none },
    },
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  revision = 1;
  asked = [];
  overTime = new Set();
  unread = new Set();
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    const { charts } = JSON.parse(options.body as string) as { charts: ChartRequest[] };
    asked.push(charts);
    return new Response(path.endsWith("groups") ? answerGroups(charts) : answer(charts));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function loader(): { loader: ChartLoader; data: ChartData[]; errors: (string | null)[] } {
  const data: ChartData[] = [];
  const errors: (string | null)[] = [];
  return {
    loader: new ChartLoader(
      (got) => data.push(got),
      (error) => errors.push(error),
    ),
    data,
    errors,
  };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(5000);

it("asks for all runs once, and keeps them by name", async () => {
  const { loader: one, data } = loader();
  one.request(query({}));
  expect(one.isUpToDate()).toBe(false);
  await settle();
  one.request(query({}));
  await settle();
  expect(asked.map((charts) => charts.map((chart) => chart.runs))).toEqual([[["r0", "r1"]]]);
  expect([...(data[0].lines.keys() ?? [])]).toEqual([
    seriesKey("loss", "name of r0"),
    seriesKey("loss", "name of r1"),
  ]);
  expect(one.isUpToDate()).toBe(true);
});

it("says which runs are to come, and asks for them when they are there", async () => {
  const { loader: one, data } = loader();
  unread = new Set(["r1"]);
  one.request(query({}));
  await settle();
  expect(one.isUpToDate()).toBe(true);
  expect([...data[0].pending]).toEqual(["name of r1"]);
  expect(data[0].lines.get(seriesKey("loss", "name of r1"))).toEqual([]);

  // A run that is dropped is as it was, and so is its line.
  unread = new Set(["r0"]);
  revision = 6;
  one.request(query({ runs: [{ ...run("r0", 1, 5), unread: true }, run("r1", 6)] }));
  await settle();
  expect(asked.map((charts) => charts[0].runs)).toEqual([["r0", "r1"], ["r1"]]);
  expect(data[1].pending.size).toBe(0);
  for (const name of ["name of r0", "name of r1"])
    expect(data[1].lines.get(seriesKey("loss", name))).toHaveLength(1);
});

it("asks again only for what has grown, and keeps the others", async () => {
  const { loader: one, data } = loader();
  one.request(query({}));
  await settle();
  revision = 2;
  one.request(query({ runs: [run("r0", 1), run("r1", 2)] }));
  await settle();
  expect(asked[1].map((chart) => chart.runs)).toEqual([["r1"]]);
  expect(data[1].lines.get(seriesKey("loss", "name of r0"))).toBe(
    data[0].lines.get(seriesKey("loss", "name of r0")),
  );
});

it("asks for nothing when other data than scalars have grown", async () => {
  const { loader: one } = loader();
  one.request(query({}));
  await settle();
  one.request(query({ runs: [run("r0", 1, 2), run("r1", 1, 3)] }));
  await settle();
  expect(asked).toHaveLength(1);
  expect(one.isUpToDate()).toBe(true);
});

it("asks for all runs at another range, and says that it is not there yet", async () => {
  const { loader: one } = loader();
  one.request(query({}));
  await settle();
  one.request(query({ range: [5, 9] }));
  expect(one.isUpToDate()).toBe(false);
  await settle();
  expect(asked[1][0]).toMatchObject({ runs: ["r0", "r1"], range: [5, 9] });
  expect(one.isUpToDate()).toBe(true);
});

it("asks for all again over a new connection, where ids and revisions are others", async () => {
  const { loader: one, data } = loader();
  revision = 500;
  one.request(query({}));
  await settle();
  revision = 3;
  const restarted = { ...run("r9", 3), name: "name of r0" };
  const hidden = { ...run("r8", 3), name: "name of r1" };
  const newTag = { ...tag, id: "t5", runs: ["r9", "r8"] };
  one.request(query({ tags: [newTag], runs: [restarted], connection: 2 }));
  await settle();
  one.request(query({ tags: [newTag], runs: [restarted, hidden], connection: 2 }));
  await settle();
  expect(asked.slice(1).map(([chart]) => [chart.tag, chart.runs])).toEqual([
    ["t5", ["r9"]],
    ["t5", ["r8"]],
  ]);
  expect(data[1].lines.has(seriesKey("loss", "name of r1"))).toBe(true);
});

it("puts charts that ask together into one request", async () => {
  const both = [loader(), loader()];
  for (const { loader: one } of both) one.request(query({}));
  await settle();
  expect(asked.map((charts) => charts.length)).toEqual([2]);
  expect(both.map(({ data }) => data.length)).toEqual([1, 1]);
});

it("keeps what it has when the server says no, says why, and tries again", async () => {
  const { loader: one, data, errors } = loader();
  one.request(query({}));
  await settle();
  const working = globalThis.fetch;
  vi.stubGlobal("fetch", async () => new Response('{"error": "the disk is gone"}', { status: 500 }));
  one.request(query({ range: [1, 2] }));
  await vi.advanceTimersByTimeAsync(100);
  expect(errors.at(-1)).toBe("the disk is gone");
  expect(data).toHaveLength(1);
  vi.stubGlobal("fetch", working);
  await settle();
  expect(errors.at(-1)).toBeNull();
  expect(data).toHaveLength(2);
});

const other: Tag = { id: "t1", name: "val", kind: "scalars", runs: ["r1"] };

it("asks for every tag of a chart, for the runs that have it", async () => {
  const { loader: one, data } = loader();
  one.request(query({ tags: [tag, other] }));
  await settle();
  expect(asked[0].map((chart) => [chart.tag, chart.runs])).toEqual([
    ["t0", ["r0", "r1"]],
    ["t1", ["r1"]],
  ]);
  expect([...data[0].lines.keys()]).toContain(seriesKey("val", "name of r1"));
  expect(one.isUpToDate()).toBe(true);
});

it("draws all tags over wall time where one has no steps to be drawn over", async () => {
  overTime = new Set(["t1"]);
  const { loader: one, data } = loader();
  one.request(query({ tags: [tag, other], range: [1, 2] }));
  await settle();
  expect(asked[1].map((chart) => [chart.axis, chart.range])).toEqual([
    ["wall", null],
    ["wall", null],
  ]);
  expect(data.map(({ axis }) => axis)).toEqual(["wall"]);
});

it("asks for groups as a whole when one of their runs has grown", async () => {
  const { loader: one, data } = loader();
  const groups = (runs: Run[]) => [
    { name: "a", runs: [runs[0]], color: 0 },
    { name: "b", runs: [runs[1]], color: 1 },
  ];
  const first = [run("r0", 1), run("r1", 1)];
  one.request(query({ runs: first, groups: groups(first) }));
  await settle();
  expect(asked[0][0]).toMatchObject({ groups: [["r0"], ["r1"]] });
  // Data stay by names.
  expect(data[0].groups?.get(seriesKey("loss", "b"))?.marked).toEqual(["name of r1"]);
  expect([...(data[0].groups?.keys() ?? [])]).toEqual([seriesKey("loss", "a"), seriesKey("loss", "b")]);
  revision = 2;
  const grown = [run("r0", 1), run("r1", 2)];
  one.request(query({ runs: grown, groups: groups(grown) }));
  await settle();
  expect(asked[1][0]).toMatchObject({ groups: [["r0"], ["r1"]] });
  expect(data).toHaveLength(2);
  one.request(query({ runs: grown, groups: null }));
  expect(one.isUpToDate()).toBe(false);
  await settle();
  expect(data[2].groups).toBeNull();
});

it("asks for few lines at a time, and first for what is urgent", async () => {
  const many = Array.from({ length: 100 }, (_, i) => run(`r${i}`, 1));
  const wide = { ...tag, runs: many.map(({ id }) => id) };
  const named = (id: string): Tag => ({ ...wide, id, name: id });
  for (const id of ["a", "b", "c"]) loader().loader.request(query({ tags: [named(id)], runs: many }));
  loader().loader.request(query({ tags: [named("looked at")], runs: many, isUrgent: true }));
  loader().loader.request(query({ tags: [tag] }));
  await settle();
  expect(asked.map((charts) => charts.map((chart) => chart.tag))).toEqual([
    ["looked at"],
    ["a"],
    ["b"],
    ["c", "t0"],
  ]);
});
