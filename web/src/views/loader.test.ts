import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Run, Tag } from "../api/catalogue";
import { buildFrame } from "../api/frame_fixture";
import type { ChartRequest } from "../api/scalars";
import { type ChartData, ChartLoader, type Wish } from "./loader";

const tag: Tag = { id: "t0", name: "loss", kind: "scalars", runs: ["r0", "r1"] };

function run(id: string, revision: number): Run {
  const name = `name of ${id}`;
  const times = { first_wall_time: 0, last_wall_time: 1, last_step: 1 };
  return { id, name, color: 0, points: 1, revision, damaged_bytes: 0, ...times };
}

function wish(changes: Partial<Wish>): Wish {
  const runs = [run("r0", 1), run("r1", 1)];
  const view = { axis: "step", scale: "linear", range: null, pixels: 320, smoothing: null } as const;
  return { tag, runs, ...view, connection: 1, ...changes };
}

let revision = 1;
let asked: ChartRequest[][] = [];

/** Answers with one point at step 7 for every run of every chart. */
function answer(charts: ChartRequest[]): ArrayBuffer {
  let at = 0;
  const described = charts.map((chart) => ({
    ...{ tag: chart.tag, axis: chart.axis, scale: chart.scale, range: chart.range, level: 0, origin: 0 },
    series: chart.runs.map((id) => ({
      ...{ run: id, segment: 0, count: 1, left_out: 0, buckets: [0, 0], marks: [0, 0] },
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

beforeEach(() => {
  vi.useFakeTimers();
  revision = 1;
  asked = [];
  vi.stubGlobal("fetch", async (_path: string, options: RequestInit) => {
    const { charts } = JSON.parse(options.body as string) as { charts: ChartRequest[] };
    asked.push(charts);
    return new Response(answer(charts));
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
  one.want(wish({}));
  expect(one.isUpToDate()).toBe(false);
  await settle();
  one.want(wish({}));
  await settle();
  expect(asked.map((charts) => charts.map((chart) => chart.runs))).toEqual([[["r0", "r1"]]]);
  expect([...(data[0].lines.keys() ?? [])]).toEqual(["name of r0", "name of r1"]);
  expect(one.isUpToDate()).toBe(true);
});

it("asks again only for what has grown, and keeps the others", async () => {
  const { loader: one, data } = loader();
  one.want(wish({}));
  await settle();
  revision = 2;
  one.want(wish({ runs: [run("r0", 1), run("r1", 2)] }));
  await settle();
  expect(asked[1].map((chart) => chart.runs)).toEqual([["r1"]]);
  expect(data[1].lines.get("name of r0")).toBe(data[0].lines.get("name of r0"));
});

it("asks for all runs at another range, and says that it is not there yet", async () => {
  const { loader: one } = loader();
  one.want(wish({}));
  await settle();
  one.want(wish({ range: [5, 9] }));
  expect(one.isUpToDate()).toBe(false);
  await settle();
  expect(asked[1][0]).toMatchObject({ runs: ["r0", "r1"], range: [5, 9] });
  expect(one.isUpToDate()).toBe(true);
});

it("asks for all again over a new connection, where ids and revisions are others", async () => {
  const { loader: one, data } = loader();
  revision = 500;
  one.want(wish({}));
  await settle();
  revision = 3;
  const restarted = { ...run("r9", 3), name: "name of r0" };
  const hidden = { ...run("r8", 3), name: "name of r1" };
  const newTag = { ...tag, id: "t5", runs: ["r9", "r8"] };
  one.want(wish({ tag: newTag, runs: [restarted], connection: 2 }));
  await settle();
  one.want(wish({ tag: newTag, runs: [restarted, hidden], connection: 2 }));
  await settle();
  expect(asked.slice(1).map(([chart]) => [chart.tag, chart.runs])).toEqual([
    ["t5", ["r9"]],
    ["t5", ["r8"]],
  ]);
  expect(data[1].lines.has("name of r1")).toBe(true);
});

it("puts charts that ask together into one request", async () => {
  const both = [loader(), loader()];
  for (const { loader: one } of both) one.want(wish({}));
  await settle();
  expect(asked.map((charts) => charts.length)).toEqual([2]);
  expect(both.map(({ data }) => data.length)).toEqual([1, 1]);
});

it("keeps what it has when the server says no, says why, and tries again", async () => {
  const { loader: one, data, errors } = loader();
  one.want(wish({}));
  await settle();
  const working = globalThis.fetch;
  vi.stubGlobal("fetch", async () => new Response('{"error": "the disk is gone"}', { status: 500 }));
  one.want(wish({ range: [1, 2] }));
  await vi.advanceTimersByTimeAsync(100);
  expect(errors.at(-1)).toBe("the disk is gone");
  expect(data).toHaveLength(1);
  vi.stubGlobal("fetch", working);
  await settle();
  expect(errors.at(-1)).toBeNull();
  expect(data).toHaveLength(2);
});
