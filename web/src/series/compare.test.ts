import { describe, expect, it } from "vitest";
import { bestOf } from "./best";
import { compared, valueAt, withMargin } from "./compare";
import { lineAt } from "./line_fixture";

const y = ({ y: values }: { y: Float64Array }): Float64Array => values;

describe("a value at a place", () => {
  it("is on the straight line between two entries, and nowhere beyond them", () => {
    const line = lineAt([0, 10, 20], [0, 1, 3]);
    expect([0, 5, 10, 15, 20].map((x) => valueAt([line], x, y))).toEqual([0, 0.5, 1, 2, 3]);
    expect([-1, 21].map((x) => valueAt([line], x, y))).toEqual([Number.NaN, Number.NaN]);
    expect(valueAt([], 1, y)).toBeNaN();
  });

  it("is that of the newest line that reaches it", () => {
    const old = lineAt([0, 10], [1, 1]);
    const resumed = lineAt([5, 20], [2, 2], { segment: 1 });
    expect([3, 7, 15].map((x) => valueAt([old, resumed], x, y))).toEqual([1, 2, 2]);
  });

  it("holds to the edge of the last bucket", () => {
    const line = lineAt([4, 12], [1, 2], { first: Float64Array.of(0, 8), last: Float64Array.of(8, 16) });
    expect([0, 15].map((x) => valueAt([line], x, y))).toEqual([1, 2]);
  });
});

describe("lines compared", () => {
  const base = [lineAt([0, 10], [2, 4])];

  it("are differences and ratios, entry by entry", () => {
    const line = lineAt([0, 5, 10, 30], [1, 1, 1, 1]);
    expect([...compared([line], base, "difference")[0].y]).toEqual([-1, -2, -3, Number.NaN]);
    expect([...compared([line], base, "ratio")[0].y]).toEqual([0.5, 1 / 3, 0.25, Number.NaN]);
  });

  it("keep their band the right way up, and their smoothed line", () => {
    const line = lineAt([0], [1], {
      ...{ low: Float64Array.of(0), high: Float64Array.of(3), smooth: Float64Array.of(6) },
    });
    const [made] = compared([line], [lineAt([0], [-2])], "ratio");
    expect([made.low[0], made.high[0], made.smooth?.[0]]).toEqual([-1.5, -0, -3]);
  });
});

it("has a band of two other lines where they are", () => {
  const made = withMargin(lineAt([0, 1, 2], [1, 1, 1]), [lineAt([0, 1], [0, -1])], [lineAt([1, 2], [3, 4])]);
  expect([...made.low]).toEqual([0, -1, 4]);
  expect([...made.high]).toEqual([0, 3, 4]);
});

it("finds the best value: of buckets by their bounds, of foreign bands by the line", () => {
  const bounds = { low: Float64Array.of(0, -5), high: Float64Array.of(9, 1) };
  const line = lineAt([1, 2], [3, Number.NaN], bounds);
  expect(bestOf([line], "lowest", 0, 9)).toMatchObject({ x: 2, y: -5, first: 2, last: 2 });
  expect(bestOf([line], "highest", 0, 9)).toMatchObject({ x: 1, y: 9 });
  expect(bestOf([line], "lowest", 0, 1.5)).toMatchObject({ x: 1, y: 0 });
  expect(
    bestOf([lineAt([1, 2], [3, Number.NaN], { ...bounds, hasForeignBand: true })], "lowest", 0, 9),
  ).toMatchObject({ x: 1, y: 3 });
  expect(bestOf([], "lowest", 0, 9)).toBeNull();
});
