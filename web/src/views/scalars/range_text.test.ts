import { expect, it } from "vitest";
import { boundText, readRange } from "./range_text";

it("reads numbers, the smaller one first", () => {
  expect(readRange(" 1", "2e3 ", "step", null)).toEqual([1, 2000]);
  for (const [from, to] of [
    ["2", "1"],
    ["1", "1"],
    ["", "1"],
    ["1", ""],
    ["a", "1"],
    ["0", "Infinity"],
  ])
    expect(readRange(from, to, "relative", null)).toBeNull();
});

it("reads local times where the axis is wall time", () => {
  const start = new Date(2026, 10, 24, 4, 31, 5).getTime() / 1000;
  expect(readRange("2026-11-24 04:31:05", "2026-11-24T04:32", "wall", null)).toEqual([start, start + 55]);
  expect(readRange("2026-11-24 04:31:05.25", "2026-11-24 04:31:06", "wall", null)).toEqual([
    start + 0.25,
    start + 1,
  ]);
  for (const wrong of ["2026-13-24 04:31:05", "04:31", "1763958665", "2026-11-24 04:31 UTC"])
    expect(readRange(wrong, "2030-01-01 00:00", "wall", null)).toBeNull();
});

it("keeps a bound that was not typed anew as it was", () => {
  const known = [1763958665.375, 1763958700.5] as const;
  const later = boundText(known[0] + 60, "wall");
  expect(readRange(boundText(known[0], "wall"), later, "wall", known)).toEqual([
    known[0],
    Math.floor(known[0]) + 60,
  ]);
});
