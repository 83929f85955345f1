/** Lines of points for tests. */

import { type Line, mergeLine, type ReducedSeries } from "./line";

/** A line of points; where `low` and `high` are given, of buckets that each cover its own x. */
export function lineAt(x: number[], y: number[], more: Partial<Line> = {}): Line {
  const places = Float64Array.from(x);
  const values = Float64Array.from(y);
  const none = new Float64Array(0);
  const counts = new Uint32Array(0);
  return {
    ...{
      segment: 0,
      count: x.length,
      recorded: x.length,
      leftOut: 0,
      between: null,
      x: places,
      y: values,
      low: values,
      high: values,
    },
    ...{ smooth: null, first: places, last: places, isFloat32: false },
    isBucket: new Uint8Array(x.length),
    isClosed: new Uint8Array(x.length).fill(1),
    marks: {
      ...{ x: none, first: none, last: none, isClosed: new Uint8Array(0) },
      ...{ nan: counts, posInf: counts, negInf: counts },
    },
    ...more,
  };
}

/** A line of points, with a mark for each that is not finite. */
export function markedLineAt(x: number[], y: number[]): Line {
  const at = x.filter((_, i) => !Number.isFinite(y[i]));
  const places = Float64Array.from(at);
  const counts = (value: number): Uint32Array =>
    Uint32Array.from(at.map((place) => Number(Object.is(y[x.indexOf(place)], value))));
  return lineAt(x, y, {
    marks: {
      ...{ x: places, first: places, last: places, isClosed: new Uint8Array(at.length).fill(1) },
      nan: counts(Number.NaN),
      posInf: counts(Number.POSITIVE_INFINITY),
      negInf: counts(Number.NEGATIVE_INFINITY),
    },
  });
}

/** A line of three buckets, each of eight steps from 0 on; their values are 1 where none are given. */
export function lineOfBuckets(given: Partial<ReducedSeries>): Line {
  return mergeLine({
    ...{ segment: 0, count: 24, recorded: 24, leftOut: 0, between: null },
    ...{ scale: "linear", level: 3, origin: 0, range: null },
    ...{ pointX: [], pointY: [], bucket: [0, 1, 2], mean: [1, 1, 1], min: [1, 1, 1], max: [1, 1, 1] },
    ...{ markBucket: [], markNan: [], markPosInf: [], markNegInf: [], pointSmooth: null, bucketSmooth: null },
    ...given,
  });
}
