import { expect, it } from "vitest";
import { mergeLine } from "../../series/line";
import { describeMarks, readOut, wholeSteps } from "./value_text";

/** A point at 7, a bucket [8, 16), one that the range ends at 20, a bucket of NaN only in [24, 32). */
const line = mergeLine({
  ...{
    segment: 0,
    count: 15,
    recorded: 15,
    leftOut: 0,
    between: null,
    scale: "linear",
    level: 3,
    origin: 0,
    range: [0, 20] as const,
  },
  ...{ pointX: [6, 7], pointY: Float32Array.of(Number.NaN, 0.1), bucket: [1, 2] },
  ...{ mean: [0.25, 1], min: [-1, 1], max: [41.625, 1] },
  ...{ markBucket: [1, 3], markNan: [2, 1000], markPosInf: [1, 0], markNegInf: [0, 0] },
  pointSmooth: null,
  bucketSmooth: null,
});
const hit = (entry: number, mark = -1) => readOut({ line, entry, mark }, "step");

it("a point is exact where it is asked for, at its step", () => {
  expect(hit(1)).toEqual({ place: "7", value: "0.1", exact: "0.1", smooth: "", marks: "" });
  expect(hit(0, 0)).toEqual({ place: "6", value: "", exact: "", smooth: "", marks: "NaN" });
  const long = { ...line, y: Float64Array.of(1, 195.62704024809335), isFloat32: false };
  const found = readOut({ line: long, entry: 1, mark: -1 }, "step");
  expect([found.value, found.exact]).toEqual(["195.627", "195.62704024809335"]);
});

it("a bucket is its mean and bounds, over the steps that can be in it", () => {
  expect(hit(2, 1)).toEqual({
    place: "8 – 15",
    value: "0.25 [−1 … 41.63]",
    exact: "0.25 [−1 … 41.625]",
    smooth: "",
    marks: "2 NaN, +Inf",
  });
  expect(hit(3).place).toBe("16 – 20");
});

it("a place without any finite value says what was there", () => {
  expect(hit(-1, 2)).toEqual({ place: "24 – 31", value: "", exact: "", smooth: "", marks: "1,000 NaN" });
});

it("a group's values that are not finite are told with their runs", () => {
  const runs = ["rank_1", "rank_2", "rank_3", "rank_4"].map((name, i) => {
    return { name, nan: 1, posInf: i === 3 ? 5 : 0, negInf: 0 };
  });
  const one = Float64Array.of(8, 16);
  const [nan, posInf, negInf] = [Uint32Array.of(4, 1), Uint32Array.of(5, 0), Uint32Array.of(0, 0)];
  const marks = { x: one, first: one, last: one, isClosed: new Uint8Array(2), nan, posInf, negInf };
  const group = { ...marks, runs: [runs, runs.slice(0, 1)] };
  expect(describeMarks(group, 0)).toBe("4 NaN: rank_1, rank_2, rank_3 and 1 more; 5 +Inf: rank_4");
  expect(describeMarks(group, 1)).toBe("NaN: rank_1");
});

it("tells what smoothing makes of it", () => {
  const smoothed = { ...line, smooth: Float64Array.from(line.y, () => 0.375) };
  const found = readOut({ line: smoothed, entry: 1, mark: -1 }, "step");
  expect([found.value, found.smooth]).toEqual(["0.1", "0.375"]);
});

it("tells times since the start as durations", () => {
  const found = readOut({ line, entry: 1, mark: -1 }, "relative");
  expect(found.place).toBe("7 s");
});

it("an entry covers whole steps", () => {
  expect(wholeSteps(8, 16, false)).toEqual([8, 15]);
  expect(wholeSteps(8, 16, true)).toEqual([8, 16]);
  expect(wholeSteps(2.5, 5.5, false)).toEqual([3, 5]);
  expect(wholeSteps(20, 20, false)).toEqual([20, 20]);
});
