import { describe, expect, it } from "vitest";
import { type Line, mergeLine } from "../series/line";
import { lineOfBuckets } from "../series/line_fixture";
import type { DrawnSeries } from "./chart_content";
import { hitTest, nearestEntry } from "./hit";
import type { Projection } from "./projection";

function pointsAt(pointX: number[], pointY: number[], segment = 0): Line {
  const none: number[] = [];
  return mergeLine({
    ...{
      segment,
      count: pointX.length,
      recorded: pointX.length,
      leftOut: 0,
      between: null,
      scale: "linear",
      level: 0,
      origin: 0,
      range: null,
      pointX,
      pointY,
    },
    ...{ bucket: none, mean: none, min: none, max: none },
    ...{
      markBucket: none,
      markNan: none,
      markPosInf: none,
      markNegInf: none,
      pointSmooth: null,
      bucketSmooth: null,
    },
  });
}

const x: Projection = { low: 0, high: 100, scale: "linear", start: 0, end: 1000 };
const y: Projection = { low: 0, high: 10, scale: "linear", start: 100, end: 0 };

it("nearestEntry is the nearest in x", () => {
  const line = pointsAt([0, 10, 30], [1, 2, 3]);
  expect([-5, 0, 4, 6, 19, 21, 99].map((place) => nearestEntry(line, place))).toEqual([0, 0, 0, 1, 1, 2, 2]);
  expect(nearestEntry(pointsAt([], []), 3)).toBe(-1);
});

function series(name: string, ...lines: Line[]): DrawnSeries {
  return { key: name, name, label: name, tag: null, style: { colour: "#000000", dash: [] }, lines };
}

describe("hitTest", () => {
  const runs = [
    series("low", pointsAt([0, 50, 100], [1, 1, 1])),
    series("high", pointsAt([0, 51, 100], [9, 9, 9])),
    series("short", pointsAt([0, 10], [5, 5])),
  ];

  it("puts the line that is nearest to the pointer first, and leaves out runs that ended before", () => {
    expect(hitTest(runs, x, y, 50, 15, 24).map((hit) => hit.name)).toEqual(["high", "low"]);
    expect(hitTest(runs, x, y, 50, 85, 24).map((hit) => hit.name)).toEqual(["low", "high"]);
    expect(hitTest(runs, x, y, 11, 50, 24).map((hit) => hit.name)).toEqual(["short", "low", "high"]);
    expect(hitTest(runs, x, y, 15, 50, 24).map((hit) => hit.name)).toEqual(["low", "high"]);
  });

  it("has a line between two entries, however far apart they are", () => {
    // 250 pixels from the nearest entries.
    const hits = hitTest(runs.slice(0, 1), x, y, 25, 50, 24);
    expect(hits.map(({ name, entry }) => [name, entry])).toEqual([["low", 0]]);
    const restarted = [series("r", pointsAt([0, 10], [1, 1], 0), pointsAt([40, 50], [1, 1], 1))];
    // Between two segments nothing is drawn.
    expect(hitTest(restarted, x, y, 25, 50, 24)).toEqual([]);
  });

  it("answers with the newer segment where both have a point", () => {
    const restarted = [series("r", pointsAt([0, 50], [1, 2], 0), pointsAt([50, 60], [3, 4], 1))];
    const [hit] = hitTest(restarted, x, y, 50, 0, 24);
    expect(hit.line.segment).toBe(1);
  });

  it("finds a NaN, last because it has no place in y", () => {
    const withNan = [series("bad", pointsAt([50], [Number.NaN])), runs[0]];
    const hits = hitTest(withNan, x, y, 50, 50, 24);
    expect(hits.map((hit) => hit.name)).toEqual(["low", "bad"]);
    expect(hits[1].mark).toBe(0);
    expect(hits[1].line.marks.nan[0]).toBe(1);
  });
});

it("the mark of the next bucket is not in this one", () => {
  const line = lineOfBuckets({
    ...{ mean: [1, 2, 3], min: [0, 0, 0], max: [9, 9, 9] },
    ...{ markBucket: [1], markNan: [1], markPosInf: [0], markNegInf: [0] },
  });
  const marks = [4, 12, 20].map((place) => hitTest([series("a", line)], x, y, place, 50, 99)[0].mark);
  expect(marks).toEqual([-1, 0, -1]);
});
