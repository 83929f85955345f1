import { expect, it } from "vitest";
import { HAS_NAN, HAS_NONZERO, HAS_POS_INF, MEASURED } from "../../api/layers";
import {
  bucketAt,
  columnsOf,
  faultsOf,
  LEAST_MARK,
  paintLine,
  pixelOf,
  stateOf,
  tailOf,
} from "./map_picture";

const FINE = MEASURED | HAS_NONZERO;
const MAGENTA = pixelOf([214, 0, 143]);
const CYAN = pixelOf([0, 188, 212]);
const LOOK = {
  limits: { low: -1, high: 1, isDiverging: false },
  ...({ colouring: "log", against: "nothing" } as const),
  ground: [255, 255, 255] as const,
  ratio: 1,
};

function mapOf(marks: readonly number[], step = 10) {
  const first = Float64Array.from(marks, (_, i) => i * step);
  return {
    ...{ buckets: marks.length, ...stepsOf(...first), marks: Uint8Array.from(marks) },
    value: Float32Array.from(marks, (mark) => (mark === FINE ? 1 : Number.NaN)),
  };
}

/** The pixels of the one line of a map. */
function painted(marks: readonly number[], width: number, height = 4): Uint32Array {
  const map = mapOf(marks);
  const picture = new Uint32Array(width * height);
  const columns = columnsOf(map, [0, marks.length * 10], width);
  paintLine(picture, width, [0, height], map, 0, columns, LOOK);
  return picture;
}

const stepsOf = (...steps: number[]) => ({
  first: Float64Array.from(steps),
  last: Float64Array.from(steps),
  count: Uint32Array.from(steps, () => 1),
});

it("holds a logging step until the next one, and no longer than gaps are", () => {
  const columns = columnsOf(stepsOf(0, 10, 20, 100, 110), [0, 120], 120);
  expect([...columns.start]).toEqual([0, 10, 20, 100, 110]);
  expect([...columns.end]).toEqual([10, 20, 30, 110, 120]);
  expect([5, 29, 30, 99, 100, 119].map((x) => bucketAt(columns, x))).toEqual([0, 2, -1, -1, 3, 4]);
});

it("follows an interval that changes, as that of a watch does", () => {
  const widening = columnsOf(stepsOf(0, 1, 2, 12, 22), [0, 40], 40);
  expect([...widening.end]).toEqual([1, 2, 12, 22, 32]);
  expect([...columnsOf(stepsOf(0, 1, 2, 22), [0, 40], 40).end]).toEqual([1, 2, 22, 40]);
  expect([...columnsOf(stepsOf(0, 20, 21, 22), [0, 40], 40).end]).toEqual([20, 21, 22, 23]);
  expect(tailOf({ ...stepsOf(0), last: Float64Array.of(30), count: Uint32Array.of(4) })).toBe(10);
});

it("tells the state of a cell by its worst mark", () => {
  expect([0, MEASURED, FINE, FINE | HAS_POS_INF, FINE | HAS_POS_INF | HAS_NAN].map(stateOf)).toEqual([
    0, 2, 1, 3, 4,
  ]);
});

it("leaves the ground where nothing was measured", () => {
  const picture = painted([FINE, 0, FINE], 30);
  expect([...picture.slice(0, 30)].map((pixel) => pixel !== 0)).toEqual(
    Array.from({ length: 30 }, (_, x) => x < 10 || x >= 20),
  );
});

it.each([10, 100, 500])("never hides what is not finite in %i buckets of a narrow map", (buckets) => {
  for (let at = 0; at < buckets; at += Math.ceil(buckets / 7)) {
    const marks = Array<number>(buckets).fill(FINE);
    marks[at] = FINE | HAS_NAN;
    const row = [...painted(marks, 60).slice(0, 60)];
    expect(row.filter((pixel) => pixel === MAGENTA).length).toBeGreaterThanOrEqual(LEAST_MARK);
  }
});

it("notches infinities and hatches zeros", () => {
  const infinite = painted([FINE, FINE | HAS_POS_INF], 40, 8);
  const upper = infinite.slice(20, 40);
  const lower = infinite.slice(7 * 40 + 20, 8 * 40);
  expect(upper.some((pixel) => pixel !== CYAN)).toBe(true);
  expect(lower.every((pixel) => pixel === CYAN)).toBe(true);
  expect(new Set(painted([MEASURED, MEASURED], 40)).size).toBe(2);
});

it("says where a line is first not finite", () => {
  const map = mapOf([FINE, FINE | HAS_POS_INF, FINE | HAS_NAN, MEASURED]);
  expect(faultsOf(map, 0)).toEqual({ firstNan: 2, firstInfinity: 1, hasZero: true });
  expect(faultsOf(mapOf([FINE]), 0)).toEqual({ firstNan: null, firstInfinity: null, hasZero: false });
});
