import { expect, it } from "vitest";
import { HAS_NAN, HAS_NEG_INF, HAS_NONZERO, MEASURED } from "../../api/layers";
import { bandLine } from "./band_line";

it("is the mean with a band, and marks what is not finite", () => {
  const fine = MEASURED | HAS_NONZERO;
  const line = bandLine(
    {
      first: Float64Array.of(0, 10, 20),
      last: Float64Array.of(9, 10, 29),
      count: Uint32Array.of(3, 1, 3),
      marks: Uint8Array.of(fine, fine | HAS_NAN, fine | HAS_NEG_INF),
    },
    {
      least: Float32Array.of(1, Number.NaN, 3),
      mean: Float32Array.of(2, Number.NaN, 4),
      greatest: Float32Array.of(5, Number.NaN, Number.POSITIVE_INFINITY),
    },
  );
  expect([[...line.x], [...line.y], [...line.low], [...line.high]]).toEqual([
    [4.5, 24.5],
    [2, 4],
    [1, 3],
    [5, 4],
  ]);
  expect([...line.isBucket]).toEqual([1, 1]);
  expect([[...line.marks.first], [...line.marks.nan], [...line.marks.negInf]]).toEqual([
    [10, 20],
    [1, 0],
    [0, 1],
  ]);
  expect(line.recorded).toBe(7);
});
