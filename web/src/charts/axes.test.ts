import { expect, it } from "vitest";
import { xLabels, xTicks } from "./axes";
import type { Fit } from "./fit";

const linear = { axis: "step", xScale: "linear", yScale: "linear" } as const;
const over = (low: number, high: number): Fit => ({
  x: [low, high],
  y: [0, 1],
  ...{ hasX: true, hasY: true, threshold: 1 },
  above: 0,
  below: 0,
  noPlace: 0,
});

it("has as many ticks of steps as there is room for", () => {
  expect(xLabels(linear, xTicks(linear, over(0, 999), 300))).toEqual(["0", "200", "400", "600", "800"]);
  expect(xLabels(linear, xTicks(linear, over(0, 399), 300))).toEqual(["0", "100", "200", "300"]);
});

it("has ticks at whole steps only, where there are any in sight", () => {
  expect(xTicks(linear, over(0, 2), 300)).toEqual([0, 1, 2]);
  expect(xTicks(linear, over(7, 8), 300)).toEqual([7, 8]);
  expect(xTicks(linear, over(7.1, 7.9), 300).length).toBeGreaterThan(0);
  expect(xTicks({ ...linear, axis: "tag" }, over(0, 2), 300)).toContain(0.5);
});

it("never has labels that touch, and always a tick", () => {
  for (const low of [0, 3, 999, -5e4, 1.25e6, 1e12])
    for (const span of [1e-3, 0.7, 4, 17, 399, 1e4, 2.5e6, 3e9])
      for (const width of [120, 210, 300, 640, 1500]) {
        const ticks = xTicks(linear, over(low, low + span), width);
        expect(ticks.length).toBeGreaterThan(0);
        const labels = xLabels(linear, ticks);
        for (let i = 1; i < ticks.length; i++) {
          const apart = ((ticks[i] - ticks[i - 1]) / span) * width;
          expect(apart).toBeGreaterThan(((labels[i].length + labels[i - 1].length) / 2) * 6.3);
        }
      }
});
