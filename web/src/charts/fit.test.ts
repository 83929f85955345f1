import { expect, it } from "vitest";
import { lineAt } from "../series/line_fixture";
import { type FitOptions, fitAxes } from "./fit";
import { seriesOf } from "./series_fixture";

const plain: FitOptions = {
  ...{ xScale: "linear", yScale: "linear", xRange: null, yRange: null, ignoresOutliers: false },
};
const steps = Array.from({ length: 100 }, (_, i) => i);

it("takes all there is, with air", () => {
  const { x, y } = fitAxes([seriesOf("a", lineAt(steps, steps))], plain);
  expect(x).toEqual([0, 99]);
  expect(y[0]).toBeLessThan(0);
  expect(y[1]).toBeGreaterThan(99);
  expect(fitAxes([], plain)).toMatchObject({ x: [0, 1], above: 0, below: 0 });
});

it("knows that the ranges of a chart without values are none", () => {
  expect(fitAxes([], plain)).toMatchObject({ hasX: false, hasY: false });
  expect(fitAxes([seriesOf("a", lineAt([], []))], plain)).toMatchObject({ hasX: false, hasY: false });
  expect(fitAxes([], { ...plain, xRange: [3, 4], yRange: [0, 2] })).toMatchObject({ hasX: true, hasY: true });
  const all = [seriesOf("a", lineAt(steps, steps))];
  expect(fitAxes(all, plain)).toMatchObject({ hasX: true, hasY: true });
  expect(fitAxes(all, { ...plain, xRange: [200, 300] })).toMatchObject({ hasX: true, hasY: false });
});

it("looks only at what is in the range of x", () => {
  const { y } = fitAxes([seriesOf("a", lineAt(steps, steps))], { ...plain, xRange: [10, 20] });
  expect(y[1]).toBeLessThan(25);
});

it("passes over outliers, and counts the series that have them", () => {
  const spiky = steps.map((step) => (step === 7 ? 1e9 : step / 100));
  const flat = steps.map(() => 0.5);
  const all = [seriesOf("spiky", lineAt(steps, spiky)), seriesOf("flat", lineAt(steps, flat))];
  const found = fitAxes(all, { ...plain, ignoresOutliers: true });
  expect(found.y[1]).toBeLessThan(2);
  expect(found).toMatchObject({ above: 1, below: 1 });
  expect(fitAxes(all, plain)).toMatchObject({ above: 0, below: 0 });
});

it("shows a range of y as it was asked for, unless a log axis has no place for it", () => {
  const all = [seriesOf("a", lineAt(steps, steps))];
  expect(fitAxes(all, { ...plain, yRange: [10, 20] })).toMatchObject({ y: [10, 20], above: 1, below: 1 });
  const { y } = fitAxes(all, { ...plain, yScale: "log", yRange: [-1, 20] });
  expect(y[0]).toBeGreaterThan(0);
  expect(y[1]).toBeGreaterThan(99);
});

it("counts the series that a log axis has no place for", () => {
  const all = [seriesOf("a", lineAt([0, 1], [0, 1])), seriesOf("b", lineAt([0, 1], [1, 2]))];
  expect(fitAxes(all, { ...plain, yScale: "log" }).noPlace).toBe(1);
  expect(fitAxes(all, { ...plain, yScale: "log", xRange: [0.5, 1] }).noPlace).toBe(0);
  expect(fitAxes(all, plain).noPlace).toBe(0);
});

it("gives a symlog axis as much air on both sides as it is seen", () => {
  const { y, threshold } = fitAxes([seriesOf("a", lineAt([0, 1], [0.5, 1e6]))], {
    ...plain,
    yScale: "symlog",
  });
  expect(threshold).toBe(1e3);
  expect(y[0]).toBeGreaterThan(-1e4);
  expect(y[1]).toBeLessThan(1e7);
});
