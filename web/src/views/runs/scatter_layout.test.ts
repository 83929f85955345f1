import { expect, it } from "vitest";
import type { PlottedRun } from "./plotted";
import { dotAt, dotsOf, jitterOf } from "./scatter_layout";

const SIZE = { width: 200, height: 100 };
const run = (name: string, shares: (number | null)[], isWithin = true): PlottedRun => ({
  ...{ name, label: name, shares, isWithin, texts: [] },
  style: { colour: "#000000", dash: [] },
});

it("places runs that have both values, the metric upwards", () => {
  const runs = [run("a", [0, 1]), run("b", [0.5, 0]), run("c", [null, 1]), run("d", [1, null])];
  const dots = dotsOf(runs, 0, 1, 0, SIZE);
  expect(dots.map(({ run: { name }, x, y }) => [name, x, y])).toEqual([
    ["a", 0, 0],
    ["b", 100, 100],
  ]);
});

it("spreads the runs of a word over its column, each always at the same place", () => {
  const runs = Array.from({ length: 500 }, (_, i) => run(`run${i}`, [0.25, 0.5]));
  const places = dotsOf(runs, 0, 1, 2, SIZE).map(({ x }) => x);
  expect(places).toEqual(
    dotsOf(runs.toReversed(), 0, 1, 2, SIZE)
      .map(({ x }) => x)
      .toReversed(),
  );
  expect(Math.min(...places)).toBeGreaterThanOrEqual(20);
  expect(Math.max(...places)).toBeLessThanOrEqual(80);
  // All over it: similar names are not beside each other.
  for (let tenth = 0; tenth < 10; tenth++)
    expect(places.filter((x) => Math.floor((x - 20) / 6) === tenth).length).toBeGreaterThan(20);
  expect(jitterOf("a")).not.toBe(jitterOf("b"));
});

it("finds the nearest dot, one within the brushes first", () => {
  const dots = dotsOf(
    [run("a", [0.5, 0.5]), run("b", [0.53, 0.5]), run("c", [0.48, 0.5], false)],
    0,
    1,
    0,
    SIZE,
  );
  expect(dotAt(dots, 99, 50)?.run.name).toBe("a");
  expect(dotAt(dots, 106, 52)?.run.name).toBe("b");
  expect(dotAt(dots, 96, 50)?.run.name).toBe("a");
  expect(dotAt(dots, 88, 50)?.run.name).toBe("c");
  expect(dotAt(dots, 20, 50)).toBeNull();
});
