import { expect, it } from "vitest";
import { type AxisLayout, placeLabels, xAxis, yAxis } from "./axes";
import type { ChartContent } from "./chart_content";
import { projections } from "./draw_chart";
import type { Fit } from "./fit";
import { TEXT_HEIGHT, textWidth } from "./text_width";

type Axes = Pick<ChartContent, "axis" | "places" | "xScale" | "yScale">;

const linear: Axes = { axis: "step", places: null, xScale: "linear", yScale: "linear" };
const LEFT = 40;
const RIGHT = 10;
const over = (low: number, high: number): Fit => ({
  ...{ x: [low, high], y: [low, high], hasX: true, hasY: true, threshold: 1, above: 0, below: 0, noPlace: 0 },
});
const across = (axes: Axes, low: number, high: number, width: number): AxisLayout => {
  const fit = over(low, high);
  const plot = { left: LEFT, top: 6, width, height: 120 };
  return xAxis(axes, fit, projections(axes, fit, plot).x, LEFT + width + RIGHT);
};
const textsOf = ({ labels }: AxisLayout): string[] => labels.map(({ text }) => text);

it("has as many ticks of steps as there is room for", () => {
  expect(textsOf(across(linear, 0, 999, 300))).toEqual(["0", "200", "400", "600", "800"]);
  expect(textsOf(across(linear, 0, 399, 300))).toEqual(["0", "100", "200", "300"]);
});

it("has the names of its places where each has room for one", () => {
  const names = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `lr=0.${i}, a long name`);
  const named = (count: number): AxisLayout =>
    across({ ...linear, places: names(count) }, -0.5, count - 0.5, 300);
  expect(textsOf(named(2))).toEqual(["lr=0.0, a long name", "lr=0.1, a long name"]);
  expect(named(2).labels.map(({ at }) => at)).toEqual([LEFT + 75, LEFT + 225]);
  expect(named(5).labels).toHaveLength(5);
  expect(textsOf(named(5)).every((text) => text.includes("…"))).toBe(true);
  expect(named(60).labels).toEqual([]);
});

it("has the names of its places where each has room for one", () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `lr=0.${i}, a name`);
  const named = (count: number): AxisLayout =>
    across({ ...linear, places: names(count) }, -0.5, count - 0.5, 300);
  expect(textsOf(named(2))).toEqual(["lr=0.0, a name", "lr=0.1, a name"]);
  expect(named(2).labels.map(({ at }) => at)).toEqual([LEFT + 75, LEFT + 225]);
  expect(named(5).labels).toHaveLength(5);
  expect(textsOf(named(5)).every((text) => text.includes("…"))).toBe(true);
  expect(named(60).labels).toEqual([]);
});

it("has ticks at whole steps only, where there are any in sight", () => {
  expect(textsOf(across(linear, 0, 2, 300))).toEqual(["0", "1", "2"]);
  expect(textsOf(across(linear, 7, 8, 300))).toEqual(["7", "8"]);
  expect(across(linear, 7.1, 7.9, 300).labels.length).toBeGreaterThan(0);
  expect(textsOf(across({ ...linear, axis: "tag" }, 0, 2, 300))).toContain("0.5");
});

it("shifts the last label into the frame: never a number that is cut and reads as another one", () => {
  const { ticks, labels } = across(linear, 0, 1e6, 300);
  const last = labels[labels.length - 1];
  expect(last.text).toBe("1.0M");
  expect(ticks[ticks.length - 1]).toBe(LEFT + 300);
  const day = new Date(2026, 0, 2, 12, 5, 0).getTime() / 1000;
  const times = across({ ...linear, axis: "wall" }, day, day + 50, 500).labels;
  expect(times[times.length - 1].text).toBe("12:05:50");
  expect(last.at + textWidth(last.text) / 2).toBeLessThanOrEqual(LEFT + 300 + RIGHT);
  expect(times[times.length - 1].at + textWidth("12:05:50") / 2).toBeLessThanOrEqual(LEFT + 500 + RIGHT);
});

it("leaves a label out that does not fit", () => {
  const wide = [
    { text: "a", at: 0, size: 30 },
    { text: "b", at: 40, size: 30 },
    { text: "c", at: 60, size: 30 },
    { text: "d", at: 100, size: 30 },
  ];
  expect(placeLabels(wide, [0, 100], 10)).toEqual([
    { text: "a", at: 15 },
    { text: "c", at: 60 },
  ]);
  expect(placeLabels([{ text: "a", at: 5, size: 30 }], [0, 20], 10)).toEqual([]);
});

it("never has labels that touch or leave the frame, and always a label", () => {
  const kinds: Axes[] = [
    linear,
    { ...linear, axis: "relative" },
    { ...linear, axis: "training" },
    { ...linear, axis: "wall" },
    { ...linear, axis: "tag", xScale: "symlog" },
    { ...linear, axis: "step", xScale: "log" },
  ];
  for (const axes of kinds)
    for (const low of [0.01, 3, 999, -5e4, 1.25e6, 1.7e9])
      for (const span of [0.7, 4, 17, 399, 1e4, 2.5e6, 3e9])
        for (const width of [120, 210, 300, 640, 1500]) {
          if (axes.xScale === "log" && low < 0) continue;
          // No run has gone on for fifty years.
          if ((axes.axis === "relative" || axes.axis === "training") && low > 1e9) continue;
          const { labels } = across(axes, low, low + span, width);
          expect(labels.length, JSON.stringify([axes, low, span, width])).toBeGreaterThan(0);
          let end = Number.NEGATIVE_INFINITY;
          for (const { text, at } of labels) {
            expect(at - textWidth(text) / 2).toBeGreaterThanOrEqual(Math.max(0, end + 10));
            end = at + textWidth(text) / 2;
            expect(end).toBeLessThanOrEqual(LEFT + width + RIGHT);
          }
        }
});

it("has three labels at least on a log axis, and ticks between them", () => {
  for (const [low, high] of [
    [0.031, 0.036],
    [0.5, 4],
    [1, 900],
    [1e-7, 20],
  ]) {
    const axes: Axes = { ...linear, xScale: "log", yScale: "log" };
    const fit = over(low, high);
    const up = yAxis(axes, fit, projections(axes, fit, { left: 0, top: 6, width: 1, height: 120 }).y, 150);
    for (const { labels, minor } of [across(axes, low, high, 300), up]) {
      expect(labels.length).toBeGreaterThanOrEqual(3);
      expect(minor.length).toBeGreaterThan(0);
    }
    for (let i = 1; i < up.labels.length; i++)
      expect(up.labels[i].at - up.labels[i - 1].at).toBeGreaterThan(TEXT_HEIGHT);
  }
});
