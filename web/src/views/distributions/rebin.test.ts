import { expect, it } from "vitest";
import { addTo, type Grid, placesOn } from "./rebin";

/** Numbers that look random and are the same in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const LINEAR: Grid = { range: [0, 10], scale: "linear", threshold: 1, bins: 5 };

function rebin(edges: readonly number[], count: readonly number[], grid: Grid): number[] {
  const counts = new Float64Array(grid.bins);
  addTo(counts, 0, grid, { left: edges.slice(0, -1), right: edges.slice(1), count }, 0, count.length);
  return [...counts];
}

it("shares a bin's numbers by its widths", () => {
  expect(rebin([0, 10], [10], LINEAR)).toEqual([2, 2, 2, 2, 2]);
  expect(rebin([1, 3, 9], [4, 6], LINEAR)).toEqual([2, 3, 2, 2, 1]);
  expect(rebin([4, 4], [3], LINEAR)).toEqual([0, 0, 3, 0, 0]);
});

it("adds what lies beyond its ends to the bins there", () => {
  expect(rebin([-20, -10, 0], [3, 0], LINEAR)).toEqual([3, 0, 0, 0, 0]);
  expect(rebin([10, 10, 30], [1, 2], LINEAR)).toEqual([0, 0, 0, 0, 3]);
});

it("loses no number, whatever bins and grids there are", () => {
  const next = numbers(1);
  for (let round = 0; round < 500; round++) {
    const size = 1 + Math.floor(next() * 40);
    const scale = next() < 0.5 ? "linear" : "symlog";
    const magnitude = 10 ** Math.floor(next() * 600 - 295);
    const edges = Array.from({ length: size + 1 }, () => (next() - 0.5) * magnitude).sort((a, b) => a - b);
    const count = Array.from({ length: size }, () => Math.floor(next() * 1000));
    const range: [number, number] =
      next() < 0.7 ? [edges[0], edges[size]] : [(next() - 1) * magnitude, next() * magnitude];
    const grid: Grid = { range, scale, threshold: magnitude / 1000, bins: 1 + Math.floor(next() * 90) };
    const found = rebin(edges, count, grid);
    const sum = (all: readonly number[]) => all.reduce((one, other) => one + other, 0);
    expect(sum(found)).toBeCloseTo(sum(count), 6);
    for (const each of found) expect(each).toBeGreaterThanOrEqual(0);
  }
});

it("has a place for values whose distance is no double, and for one value alone", () => {
  const wide: Grid = { ...LINEAR, range: [-1.7e308, 1.7e308] };
  expect(rebin([-1.7e308, 1.7e308], [5], wide)).toEqual([1, 1, 1, 1, 1]);
  expect(placesOn({ ...LINEAR, range: [3, 3] })(3)).toBe(2.5);
});
