// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Run, Tag } from "../../api/catalogue";
import type { SegmentExtremes } from "../../api/extremes";
import { type Hit, hitTest } from "../../charts/hit";
import { mergeLine } from "../../series/line";
import { lineAt, lineOfBuckets } from "../../series/line_fixture";
import { catalogue } from "../../state/server";
import { chartOfTag } from "./chart_definitions";
import { bucketOfHit, combined, type Extremes, extremesInWords, extremesOfHit } from "./extremes";
import { extremeFirst, pickedPlace, pointedAt } from "./pick";
import { extremesAtRest, followPointer } from "./resting";
import { tooltip } from "./tooltip_state";

const point = (step: number, value: number | "NaN") => ({ x: step, step, wall_time: 1e9 + step, value });
const NONE = { count: 0, first: null };
function segment(run: string, of: Partial<SegmentExtremes>): SegmentExtremes {
  return {
    ...{ run, segment: 0, count: 9, min: null, max: null, near: null },
    ...{ nan: NONE, pos_inf: NONE, neg_inf: NONE },
    ...of,
  };
}

/** A point at 3, the bucket [8, 16), and marks in the bucket [16, 24). */
const line = mergeLine({
  ...{
    segment: 0,
    count: 17,
    recorded: 17,
    leftOut: 0,
    between: null,
    scale: "linear",
    level: 3,
    origin: 0,
    range: null,
  },
  ...{ pointX: [3], pointY: [1], bucket: [1], mean: [5], min: [1], max: [9] },
  ...{
    markBucket: [2],
    markNan: [8],
    markPosInf: [0],
    markNegInf: [0],
    pointSmooth: null,
    bucketSmooth: null,
  },
});
const tag: Tag = { id: "t0", name: "loss", kind: "scalars", runs: ["r0"] };
const chart = chartOfTag(tag);
const hit = (entry: number, mark = -1): Hit => ({
  ...{ name: "a", tag: null, key: "loss\na", style: { colour: "#000000", dash: [] } },
  ...{ line, entry, mark, distance: 40 },
});
const found: Extremes = {
  min: { run: "a", x: 9, step: 9, value: 1 },
  max: { run: "a", x: 13, step: 13, value: 9 },
  nan: { count: 2, first: { run: "a", x: 14, step: 14, value: Number.NaN } },
  ...{ posInf: { count: 0, first: null }, negInf: { count: 0, first: null }, near: null },
};

let asked: unknown[] = [];
beforeEach(() => {
  asked = [];
  const run = {
    id: "r0",
    name: "a",
    color: 0,
    points: 17,
    revision: 1,
    kinds: { scalars: 1 },
  } as Partial<Run>;
  catalogue.value = { runs: [run], tags: [tag] } as typeof catalogue.value;
  vi.stubGlobal("fetch", (path: string, { body }: { body: string }) => {
    asked.push([path, JSON.parse(body)]);
    const of = {
      min: point(9, 1),
      max: point(13, 9),
      nan: { count: 2, first: point(14, "NaN") },
      near: point(11, 4),
    };
    return Promise.resolve(
      Response.json({ revision: 1, charts: [{ tag: "t0", series: [segment("r0", of)] }] }),
    );
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  catalogue.value = null;
});

it("a bucket is named as the server names it, and a point is none", () => {
  expect(bucketOfHit(hit(0))).toBe(null);
  expect(bucketOfHit(hit(1))).toEqual({ scale: "linear", level: 3, number: 1 });
  expect(bucketOfHit(hit(-1, 0))).toEqual({ scale: "linear", level: 3, number: 2 });
});

it("of a group the extremes of all its runs count, each with its run", () => {
  const runs = new Map([
    ["r0", "a"],
    ["r1", "b"],
  ]);
  const series = [
    segment("r0", {
      min: point(9, 1),
      max: point(10, 5),
      near: point(10, 5),
      nan: { count: 1, first: point(15, "NaN") },
    }),
    segment("r1", {
      min: point(8, 2),
      max: point(13, 9),
      near: point(12, 2),
      nan: { count: 2, first: point(14, "NaN") },
    }),
    segment("r1", { segment: 1, max: point(8, 8) }),
    segment("r9", { max: point(8, 99) }),
  ];
  const group = combined(series, runs, { line: { ...line, runs: Uint32Array.of(2, 2), size: 2 } }, 11.4);
  expect(group?.min).toEqual({ run: "a", x: 9, step: 9, value: 1 });
  expect(group?.max).toEqual({ run: "b", x: 13, step: 13, value: 9 });
  expect(group?.nan).toEqual({ count: 3, first: { run: "b", x: 14, step: 14, value: Number.NaN } });
  expect(group?.near?.run).toBe("b");
  expect(extremesInWords("step", group as Extremes, true)).toEqual([
    "max 9 at 13 (b)",
    "min 1 at 9 (a)",
    "NaN from 14 (b)",
  ]);
  // Of a run only the segment that was hit.
  const one = combined(series, new Map([["r1", "b"]]), { line: { ...line, segment: 1 } }, null);
  expect([one?.max?.value, one?.min]).toEqual([8, null]);
  expect(combined([], runs, { line }, null)).toBe(null);
});

it("over time the step is told", () => {
  expect(extremesInWords("wall", { ...found, min: found.max }, false)).toEqual([
    "max 9 at step 13",
    "NaN from step 14",
  ]);
});

it("the server is asked for the bucket that was hit", async () => {
  const answer = await extremesOfHit(chart, "step", hit(1), 11.4);
  expect(answer?.max).toEqual({ run: "a", x: 13, step: 13, value: 9 });
  const bucket = { scale: "linear", level: 3, number: 1 };
  expect(asked).toEqual([
    ["./api/extremes", { charts: [{ tag: "t0", runs: ["r0"], axis: "step", bucket, near: 11.4 }] }],
  ]);
  expect(await extremesOfHit(chart, "step", hit(0), 3)).toBe(null);
});

const y = { low: 0, high: 10, scale: "linear", start: 100, end: 0 } as const;

it("the pointer is on an extreme where that is nearer than the line", () => {
  expect(pointedAt([hit(1)], y, 50, true)?.extreme).toBe(null);
  expect(pointedAt([hit(1)], y, 13, true)?.extreme).toBe("max");
  expect(pointedAt([hit(1)], y, 88, true)?.extreme).toBe("min");
  // Another line is right there.
  expect(pointedAt([{ ...hit(1), distance: 2 }], y, 13, true)?.extreme).toBe(null);
  // A group's band may be one of deviations.
  const group = { ...line, runs: Uint32Array.of(2, 2), size: 2, hasForeignBand: true };
  expect(pointedAt([{ ...hit(1), line: group }], y, 10, true)?.extreme).toBe("max");
  expect(pointedAt([{ ...hit(1), line: group }], y, 10, false)?.extreme).toBe(null);
  expect(pointedAt([], y, 10, true)).toBe(null);
});

it("a spike beside the pointer comes first, with its own bucket", () => {
  const flat = lineOfBuckets({ min: [0.5, 0.5, 0.5], max: [1.5, 9, 1.5] });
  const axes = { x: { low: 0, high: 24, scale: "linear", start: 0, end: 12 } as const, y };
  const style = { colour: "#000000", dash: [] };
  const all = ["a", "b"].map((name) => ({
    ...{ key: `loss\n${name}`, name, label: name, tag: null, style },
    lines: [name === "a" ? flat : { ...flat, high: Float64Array.of(2, 2, 2), y: Float64Array.of(2, 2, 2) }],
  }));
  const hits = hitTest(all, axes.x, axes.y, 17, 12, 24);
  expect(hits.map(({ name, entry }) => [name, entry])).toEqual([
    ["b", 2],
    ["a", 2],
  ]);
  const first = extremeFirst(hits, all, axes, 17, 12, true);
  expect(first.map(({ name, entry }) => [name, entry])).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
  expect(pointedAt(first, y, 12, true)).toMatchObject({ hit: { name: "a", entry: 1 }, extreme: "max" });
  // Away from it, and right on a line, all is as it was.
  expect(extremeFirst(hits, all, axes, 17, 40, true)).toBe(hits);
  // Within the spike's own bucket the edge of the next one does not count.
  const inside = hitTest(all.slice(0, 1), axes.x, axes.y, 15.9, 83, 24);
  expect(extremeFirst(inside, all.slice(0, 1), axes, 15.9, 83, true)).toBe(inside);
  const onLine = hitTest(all, axes.x, axes.y, 17, 80, 24);
  expect(extremeFirst(onLine, all, axes, 17, 80, true)).toBe(onLine);
});

it("a click fixes a recorded step, never a bucket", async () => {
  const content = (...hits: Hit[]) => ({
    ...{ chart, axis: "step" as const, xName: "", x: 11.4, hits, firstSteps: null, clientX: 0, clientY: 0 },
  });
  expect(await pickedPlace(content(hit(1)), y, 50)).toBe(11);
  expect(await pickedPlace(content(hit(1)), y, 11)).toBe(13);
  expect(await pickedPlace(content(hit(0)), y, 50)).toBe(3);
  expect(await pickedPlace(content(), y, 50)).toBe(11);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("gone")));
  expect(await pickedPlace(content(hit(1)), y, 11)).toBe(11);
});

it("when the pointer rests, the steps are asked for once", async () => {
  vi.useFakeTimers();
  followPointer();
  const point = (pointed: Hit): void => {
    tooltip.value = {
      chart,
      axis: "step",
      xName: "",
      x: 9,
      hits: [pointed],
      firstSteps: null,
      pick: () => Promise.resolve(9),
      clientX: 0,
      clientY: 0,
    };
  };
  point(hit(1));
  await vi.advanceTimersByTimeAsync(100);
  point(hit(0));
  await vi.advanceTimersByTimeAsync(100);
  point(hit(1));
  expect(extremesAtRest(hit(1))).toBe(null);
  expect(asked.length).toBe(0);
  await vi.advanceTimersByTimeAsync(200);
  expect(extremesAtRest(hit(1))?.max?.step).toBe(13);
  point({ ...hit(1), distance: 3 });
  await vi.advanceTimersByTimeAsync(200);
  expect(asked.length).toBe(1);
  // The line has grown: what was found is of another one.
  expect(extremesAtRest({ ...hit(1), line: lineAt([1], [2]) })).toBe(null);
  tooltip.value = null;
  await vi.advanceTimersByTimeAsync(200);
  expect(extremesAtRest(hit(1))).toBe(null);
});
