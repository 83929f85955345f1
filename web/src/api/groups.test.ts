import { describe, expect, it } from "vitest";
import { buildFrame } from "./frame_fixture";
import { decodeGroups, linesOfGroup } from "./groups";

const f8 = (...values: number[]) => ({ dtype: "f8" as const, values });
const u4 = (...values: number[]) => ({ dtype: "u4" as const, values });
const columns = {
  bucket: u4(0, 1, 1, 3),
  runs: u4(3, 1, 2, 2),
  mean: f8(5, 7, 1, 2),
  median: f8(4, 7, 1, 2),
  min: f8(1, 7, 0, 1),
  max: f8(9, 7, 2, 3),
  lowest_mean: f8(3, 7, 0.5, 1.5),
  highest_mean: f8(8, 7, 1.5, 2.5),
  deviation: f8(2, Number.NaN, 1, 1),
  error: f8(1, Number.NaN, 1, 1),
  confidence: f8(3, Number.NaN, 1, 1),
  mark_bucket: u4(1, 2, 2, 0),
  mark_run: u4(0, 0, 1, 2),
  mark_nan: u4(1, 0, 2, 1),
  mark_pos_inf: u4(0, 1, 1, 0),
  mark_neg_inf: u4(0, 0, 0, 0),
};
const header = {
  revision: 4,
  charts: [
    {
      tag: "t0",
      axis: "step",
      scale: "linear",
      range: [3, 12],
      level: 3,
      origin: 0,
      groups: [
        { recorded: 8, buckets: [0, 2], marks: [0, 3] },
        { recorded: 6, buckets: [2, 4], marks: [3, 4] },
      ],
      marked: ["r0", "r2", "r3"],
      between: [],
      left_out: 5,
    },
  ],
};

describe("groups", () => {
  const asked = [
    {
      groups: [
        ["r0", "r1", "r2"],
        ["r3", "r4"],
      ],
    },
  ];
  const { revision, charts } = decodeGroups(buildFrame(header, columns), asked);
  const [first, second] = charts[0].groups;

  it("are read from a frame, each with its part of the columns", () => {
    expect(revision).toBe(4);
    expect([...first.mean]).toEqual([5, 7]);
    expect([...second.runs]).toEqual([2, 2]);
    const { confidence: _, ...missing } = columns;
    expect(() => decodeGroups(buildFrame(header, missing), asked)).toThrow("confidence");
  });

  it("say whether points were not told apart", () => {
    expect(linesOfGroup(first, "mean", "range")[0].isApproximate).toBeUndefined();
    const about = { ...header, charts: [{ ...header.charts[0], approximate: true }] };
    const [group] = decodeGroups(buildFrame(about, columns), asked).charts[0].groups;
    expect(linesOfGroup(group, "mean", "range")[0].isApproximate).toBe(true);
  });

  it("are lines over the middles of their buckets, with the runs behind each", () => {
    const [line, ...others] = linesOfGroup(first, "mean", "range");
    expect(others).toEqual([]);
    expect([...line.x]).toEqual([5.5, 10]);
    expect([...line.first]).toEqual([3, 8]);
    expect([...line.last]).toEqual([8, 12]);
    expect([...line.low]).toEqual([1, 7]);
    expect([...line.high]).toEqual([9, 7]);
    expect([...(line.runs ?? [])]).toEqual([3, 1]);
    expect(line.size).toBe(3);
  });

  it("are broken where no run takes part", () => {
    const lines = linesOfGroup(second, "mean", "range");
    expect(lines.map(({ segment, x, y, high }) => [segment, ...x, ...y, ...high])).toEqual([
      [0, 10, 1, 2],
      [1, 28, 2, 3],
    ]);
    // Points that have no place are those of the whole chart.
    const every = [first, second].flatMap((group) => linesOfGroup(group, "mean", "none"));
    expect(every.map(({ leftOut }) => leftOut)).toEqual([5, 0, 0]);
  });

  it("say how x was found where it is another tag", () => {
    const ways = (...between: ("held" | "joined" | "interpolated")[]) =>
      linesOfGroup({ ...first, between }, "mean", "none").map((line) => line.between);
    expect([ways(), ways("held"), ways("held", "joined")]).toEqual([[null], ["held"], ["joined"]]);
  });

  it("have the band that is asked for, and none where one run has no spread", () => {
    for (const [band, low] of [
      ["means", 3],
      ["deviation", 3],
      ["error", 4],
      ["confidence", 2],
      ["none", 5],
    ] as const) {
      const [line] = linesOfGroup(first, "mean", band);
      expect([...line.low]).toEqual([low, 7]);
    }
    expect([...linesOfGroup(first, "median", "none")[0].y]).toEqual([4, 7]);
  });

  it("have a mark for each bucket with values that are not finite, and whose they are", () => {
    const [{ marks }] = linesOfGroup(first, "mean", "range");
    expect([...marks.first]).toEqual([8, 16]);
    expect([...marks.last]).toEqual([12, 24]);
    expect([[...marks.nan], [...marks.posInf], [...marks.negInf]]).toEqual([
      [1, 2],
      [0, 2],
      [0, 0],
    ]);
    expect(marks.runs?.map((runs) => runs.map(({ name }) => name))).toEqual([["r0"], ["r0", "r2"]]);
    expect(marks.runs?.[1][1]).toEqual({ name: "r2", nan: 2, posInf: 1, negInf: 0 });
    // Each is with the stretch that it follows, and one before all of them with the first.
    const stretches = linesOfGroup(second, "mean", "none");
    expect(stretches.map(({ marks }) => marks.runs?.flat().map(({ name }) => name))).toEqual([["r3"], []]);
    const without = { ...first, bucket: new Uint32Array(0) };
    expect(linesOfGroup(without, "mean", "none").map(({ count, marks }) => [count, marks.x.length])).toEqual([
      [0, 2],
    ]);
  });
});
