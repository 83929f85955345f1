import { describe, expect, it } from "vitest";
import {
  bucketBounds,
  bucketNumber,
  extentOfX,
  extentOfY,
  lowerBound,
  mergeLine,
  type ReducedSeries,
} from "./line";

function series(changes: Partial<ReducedSeries>): ReducedSeries {
  return {
    ...{
      segment: 0,
      count: 0,
      recorded: 0,
      leftOut: 0,
      between: null,
      scale: "linear",
      level: 0,
      origin: 0,
      range: null,
    },
    ...{ pointX: [], pointY: [], bucket: [], mean: [], min: [], max: [] },
    ...{ markBucket: [], markNan: [], markPosInf: [], markNegInf: [], pointSmooth: null, bucketSmooth: null },
    ...changes,
  };
}

describe("bucketNumber", () => {
  it("is the k of the bucket with some bounds, on every scale and where the range cuts it", () => {
    for (const grid of [
      series({ level: 4, origin: -2, range: [-30, 20] }),
      series({ level: -1, origin: 3 }),
      series({ scale: "log", level: -6, origin: 130, range: [120, 1e6] }),
      series({ scale: "symlog", level: -4, origin: -20 }),
    ]) {
      for (let index = 0; index < 40; index++) {
        const { first, last } = bucketBounds(grid, index);
        expect(bucketNumber({ grid }, first, last)).toBe(grid.origin + index);
      }
    }
    expect(bucketNumber({ grid: series({ level: 3, range: [2, 8] }) }, 8, 8)).toBe(1);
  });

  it("is none of a point, and of a line without buckets", () => {
    expect(bucketNumber({ grid: series({ level: 4 }) }, 5, 5)).toBe(null);
    expect(bucketNumber({}, 0, 16)).toBe(null);
  });
});

describe("bucketBounds", () => {
  it("covers [k·2^level, (k+1)·2^level), with an origin below zero and with levels below zero", () => {
    expect(bucketBounds(series({ level: 4, origin: -2 }), 1)).toEqual({
      first: -16,
      last: 0,
      isClosed: false,
    });
    expect(bucketBounds(series({ level: -1, origin: 3 }), 0)).toEqual({
      first: 1.5,
      last: 2,
      isClosed: false,
    });
  });

  it("is in powers of ten on a log axis", () => {
    expect(bucketBounds(series({ scale: "log", origin: 2 }), 0)).toEqual({
      first: 100,
      last: 1000,
      isClosed: false,
    });
  });

  it("ends at the end of the range, also when it begins there", () => {
    expect(bucketBounds(series({ level: 3, range: [2, 5] }), 0)).toEqual({
      first: 2,
      last: 5,
      isClosed: true,
    });
    expect(bucketBounds(series({ level: 3, range: [2, 8] }), 1)).toEqual({
      first: 8,
      last: 8,
      isClosed: true,
    });
  });

  it("is itself where it lies beside the range", () => {
    expect(bucketBounds(series({ level: 3, range: [20, 30] }), 0)).toEqual({
      first: 0,
      last: 8,
      isClosed: false,
    });
  });
});

describe("mergeLine", () => {
  it("rises in x for any mixture", () => {
    for (let seed = 1; seed <= 50; seed++) {
      let state = seed;
      const random = (): number => {
        state = (state * 48271) % 2147483647;
        return state / 2147483647;
      };
      const pointX: number[] = [];
      const bucket: number[] = [];
      for (let k = 0; k < 30; k++) {
        if (random() < 0.5) bucket.push(k);
        else for (let step = 0; step < 4; step++) if (random() < 0.6) pointX.push(k * 8 + step * 2);
      }
      const values = bucket.map(() => 1);
      const line = mergeLine(
        series({ level: 3, pointX, pointY: pointX, bucket, mean: values, min: values, max: values }),
      );
      expect(line.x.length).toBe(pointX.length + bucket.length);
      for (let i = 1; i < line.x.length; i++) {
        expect(line.x[i]).toBeGreaterThan(line.x[i - 1]);
        expect(line.first[i]).toBeGreaterThanOrEqual(line.last[i - 1]);
      }
      expect([...line.x].filter((_, i) => !line.isBucket[i])).toEqual(pointX);
    }
  });
});

describe("extents", () => {
  const line = mergeLine(
    series({
      level: 3,
      ...{ pointX: [0, 1, 2], pointY: [5, Number.NaN, -1], bucket: [1, 2] },
      ...{ mean: [2, 3], min: [0, 2.5], max: [41.625, 3.5], markBucket: [3], markNan: [1] },
      ...{ markPosInf: [0], markNegInf: [0], pointSmooth: null, bucketSmooth: null },
    }),
  );

  it("in x covers marks too", () => {
    expect(extentOfX(line)).toEqual([0, 32]);
    expect(extentOfX(mergeLine(series({})))).toBeNull();
  });

  it("in y holds the extremes of what is visible, and no NaN", () => {
    expect(extentOfY(line, 0, 100, "linear")).toEqual([-1, 41.625]);
    expect(extentOfY(line, 17, 100, "linear")).toEqual([2.5, 3.5]);
    expect(extentOfY(line, 1, 1, "linear")).toBeNull();
  });

  it("in y on a log axis holds only what is above zero", () => {
    expect(extentOfY(line, 0, 100, "log")).toEqual([2, 41.625]);
    expect(extentOfY(line, 2, 2, "log")).toBeNull();
  });
});

it("lowerBound is the first entry that is not below", () => {
  const column = Float64Array.of(1, 3, 3, 7);
  expect([0, 1, 2, 3, 4, 7, 8].map((x) => lowerBound(column, x))).toEqual([0, 0, 1, 1, 3, 3, 4]);
});

describe("a smoothed line", () => {
  it("is merged beside what was recorded", () => {
    const line = mergeLine(
      series({
        ...{ pointX: [0, 9], pointY: [1, 2], bucket: [1], level: 2, mean: [5], min: [4], max: [6] },
        ...{ pointSmooth: [1.5, 2.5], bucketSmooth: [5.5] },
      }),
    );
    expect([...line.y]).toEqual([1, 5, 2]);
    expect([...(line.smooth ?? [])]).toEqual([1.5, 5.5, 2.5]);
    expect(mergeLine(series({ pointX: [0], pointY: [1] })).smooth).toBe(null);
  });
});
