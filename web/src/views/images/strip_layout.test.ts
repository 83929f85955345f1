import { expect, it } from "vitest";
import { columnsInSight, indicesAt, scrollTo } from "./strip_layout";

it("has the columns in sight and two beside them", () => {
  expect(columnsInSight(0, 500, 100, 10_000)).toEqual({ from: 0, to: 7 });
  expect(columnsInSight(1050, 500, 100, 10_000)).toEqual({ from: 8, to: 18 });
  expect(columnsInSight(999_500, 500, 100, 10_000)).toEqual({ from: 9993, to: 10_000 });
  expect(columnsInSight(0, 0, 100, 0)).toEqual({ from: 0, to: 0 });
});

it("scrolls to a column that is out of sight, and leaves one in sight where it is", () => {
  expect(scrollTo(3, 0, 500, 100)).toBe(0);
  expect(scrollTo(50, 0, 500, 100)).toBe(4800);
  expect(scrollTo(0, 4800, 500, 100)).toBe(0);
});

it("puts values under their steps", () => {
  expect(indicesAt([0, 10, 20, 30], [0, 20, 10, 20])).toEqual([0, 2, 3, null]);
  expect(indicesAt([], [])).toEqual([]);
});
