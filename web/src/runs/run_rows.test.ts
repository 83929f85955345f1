import { expect, it } from "vitest";
import type { Run } from "../api/catalogue";
import { isEmptyRun, isUnknownRun } from "./run_rows";

it("takes a run for empty only when it was read", () => {
  const of = (points: number, unread: boolean): Run => ({ points, kinds: {}, unread }) as Run;
  const told = [of(0, false), of(0, true), of(5, true), of(5, false)];
  expect(told.map(isEmptyRun)).toEqual([true, false, false, false]);
  expect(told.map(isUnknownRun)).toEqual([false, true, false, false]);
});
