import { expect, it } from "vitest";
import { untilNext } from "./last_point";

it("is looked at again when it reads differently, and not before", () => {
  expect(untilNext(0)).toBe(1000);
  expect(untilNext(1.75)).toBe(250);
  expect(untilNext(90)).toBe(30_000);
  expect(untilNext(3601)).toBe(3_599_000);
});
