import { expect, it } from "vitest";
import { rowsOf } from "./rows_fixture";
import { appended } from "./run_rows";

it("appends the rows behind the last known one, with their bins", () => {
  const rows = appended(rowsOf([0, 1, 2]), rowsOf([2, 3, 4]));
  expect([...rows.step]).toEqual([0, 10, 20, 30, 40]);
  expect([...rows.start]).toEqual([0, 2, 4, 6, 8, 10]);
  expect([...rows.count]).toEqual([0, 1, 1, 1, 2, 1, 3, 1, 4, 1]);
});
