import { describe, expect, it } from "vitest";
import { buildFrame } from "./frame_fixture";
import { decodeScalars } from "./scalars";

/** Two runs, one of them restarted; level 3 means buckets of eight steps from 8 * origin on. */
const frame = (): ArrayBuffer =>
  buildFrame(
    {
      revision: 12,
      charts: [
        {
          tag: "t0",
          axis: "step",
          scale: "linear",
          range: [16, 45],
          level: 3,
          origin: 2,
          series: [
            {
              run: "r0",
              segment: 0,
              count: 20,
              recorded: 20,
              left_out: 0,
              points: [0, 2],
              buckets: [0, 2],
              marks: [0, 1],
            },
            {
              run: "r1",
              segment: 0,
              count: 1,
              recorded: 4,
              left_out: 3,
              approximate: true,
              points: [2, 3],
              buckets: [2, 2],
              marks: [1, 1],
            },
            {
              run: "r1",
              segment: 1,
              count: 6,
              recorded: 6,
              left_out: 0,
              points: [3, 3],
              buckets: [2, 3],
              marks: [1, 1],
            },
          ],
        },
      ],
    },
    {
      point_x: { dtype: "f8", values: [24, 25, 17] },
      point_y: { dtype: "f4", values: [2.5, Number.NaN, 7] },
      bucket: { dtype: "u4", values: [0, 3, 2] },
      mean: { dtype: "f4", values: [1, 3, 4] },
      min: { dtype: "f4", values: [0.5, 2, 4] },
      max: { dtype: "f4", values: [1.5, 5, 4] },
      mark_bucket: { dtype: "u4", values: [3] },
      mark_nan: { dtype: "u4", values: [2] },
      mark_pos_inf: { dtype: "u4", values: [0] },
      mark_neg_inf: { dtype: "u4", values: [1] },
    },
  );

describe("decodeScalars", () => {
  const { revision, charts } = decodeScalars(frame());
  const [first] = charts[0].lines.get("r0") ?? [];

  it("keeps runs and segments apart", () => {
    expect(revision).toBe(12);
    expect(charts[0].lines.get("r0")?.map((line) => line.segment)).toEqual([0]);
    expect(charts[0].lines.get("r1")?.map((line) => line.segment)).toEqual([0, 1]);
    expect(charts[0].lines.get("r1")?.[0].leftOut).toBe(3);
  });

  it("merges points and buckets by x, buckets at the middle of what the range has of them", () => {
    expect([...first.x]).toEqual([20, 24, 25, 42.5]);
    expect([...first.first]).toEqual([16, 24, 25, 40]);
    expect([...first.last]).toEqual([24, 24, 25, 45]);
    expect([...first.y]).toEqual([1, 2.5, Number.NaN, 3]);
    expect([...first.low]).toEqual([0.5, 2.5, Number.NaN, 2]);
    expect([...first.high]).toEqual([1.5, 2.5, Number.NaN, 5]);
    expect([...first.isBucket]).toEqual([1, 0, 0, 1]);
    expect([...first.isClosed]).toEqual([0, 1, 1, 1]);
  });

  it("marks values that are not finite, of points and of buckets", () => {
    expect([...first.marks.x]).toEqual([25, 42.5]);
    expect([...first.marks.nan]).toEqual([1, 2]);
    expect([...first.marks.posInf]).toEqual([0, 0]);
    expect([...first.marks.negInf]).toEqual([0, 1]);
  });

  it("says whether values are float32", () => {
    expect(first.isFloat32).toBe(true);
  });

  it("says of which lines the points were not told apart", () => {
    expect(first.isApproximate).toBeUndefined();
    expect(charts[0].lines.get("r1")?.map((line) => line.isApproximate)).toEqual([true, undefined]);
  });
});
