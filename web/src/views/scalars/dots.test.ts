// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { Run } from "../../api/catalogue";
import type { GroupLine } from "../../api/groups";
import type { Projection } from "../../charts/projection";
import { lineAt, markedLineAt } from "../../series/line_fixture";
import { chartOfTag } from "./chart_definitions";
import { type ChartData, type ChartQuery, seriesKey } from "./chart_loader";
import { type DrawnOptions, drawnSeries } from "./chart_series";
import {
  dotsOf,
  hitsOfDots,
  isOfDots,
  isOfQuery,
  optionsOfDots,
  placeOfRun,
  queryOfDots,
  rangeOf,
} from "./dots";

const chart = chartOfTag({ id: "t", name: "score", kind: "scalars", runs: [] });
const runs = ["one", "two", "three"].map((name, color) => ({ name, color }) as Run);
const options: DrawnOptions = {
  ...{ runs, groups: null, colours: new Map(), shade: "light", statistic: "mean", band: "range" },
  ...{ baseline: null, comparison: "difference" },
};
const once = new Map([
  [seriesKey("score", "one"), [lineAt([70], [1])]],
  [seriesKey("score", "two"), [markedLineAt([80], [Number.NaN])]],
  [seriesKey("score", "three"), [lineAt([90], [3])]],
]);
const data: ChartData = {
  axis: "step",
  scale: "linear",
  range: null,
  lines: once,
  groups: null,
  pending: new Set(),
};
const across: Projection = { low: -0.5, high: 2.5, scale: "linear", start: 0, end: 300 };
const up: Projection = { low: 0, high: 4, scale: "linear", start: 100, end: 0 };

describe("dots", () => {
  it("are drawn where each run in sight has one point at the most", () => {
    const twice = new Map(once).set(seriesKey("score", "two"), [lineAt([1], [0]), lineAt([1], [0])]);
    // Of a range that has none of its points a line is no dot.
    const outside = new Map(once).set(seriesKey("score", "two"), [lineAt([], [], { recorded: 9 })]);
    expect(isOfDots(chart, data, options)).toBe(true);
    expect(isOfDots(chart, { ...data, lines: twice }, options)).toBe(false);
    expect(isOfDots(chart, { ...data, lines: outside }, options)).toBe(false);
    expect(isOfDots(chart, { ...data, lines: twice }, { ...options, runs: [runs[0], runs[2]] })).toBe(true);
    expect(isOfDots(chart, { ...data, lines: twice }, { ...options, runs: [runs[0]], baseline: "two" })).toBe(
      false,
    );
    expect(isOfDots({ ...chart, xTag: chart.tags[0] }, data, options)).toBe(false);
    expect(isOfDots(chart, { ...data, lines: new Map() }, options)).toBe(false);
    expect(isOfDots(chart, null, options)).toBe(false);
  });

  it("are of the runs of groups, in the order and in the looks of these", () => {
    const groups = [
      { name: "late", color: 5, runs: [runs[2]] },
      { name: "early", color: 6, runs: [runs[0], runs[1]] },
    ];
    const of = (recorded: number) =>
      new Map(groups.map(({ name }) => [seriesKey("score", name), { recorded } as GroupLine]));
    expect(isOfDots(chart, { ...data, groups: of(1) }, { ...options, groups })).toBe(true);
    expect(isOfDots(chart, { ...data, groups: of(2) }, { ...options, groups })).toBe(false);
    const series = drawnSeries(chart, data, optionsOfDots({ ...options, groups }));
    expect(series.map(({ name }) => name)).toEqual(["three", "one", "two"]);
    expect(series[1].style).toEqual(series[2].style);
    expect(series[0].style).not.toEqual(series[1].style);
  });

  it("are asked for run by run, wherever the points lie", () => {
    const query = { groups: [], axis: "wall", scale: "log", range: [0, 1], smoothing: null } as unknown;
    const asked = queryOfDots(query as ChartQuery);
    expect(asked).toMatchObject({ groups: null, axis: "step", scale: "linear", range: null });
    expect(isOfQuery(data, asked)).toBe(true);
    expect(isOfQuery({ ...data, range: [0, 1] }, asked)).toBe(false);
    expect(isOfQuery({ ...data, groups: new Map() }, asked)).toBe(false);
  });

  it("lie side by side, and what is pointed at is the point that was recorded", () => {
    const series = drawnSeries(chart, data, options);
    const dots = dotsOf(series);
    expect(dots.places).toEqual(["one", "two", "three"]);
    expect(rangeOf(dots)).toEqual([-0.5, 2.5]);
    expect(dots.series.map(({ lines }) => lines[0].x[0])).toEqual([0, 1, 2]);
    expect(placeOfRun(dots, "three")).toBe(2);
    expect(placeOfRun(dots, "four")).toBeNull();
    const at = (x: number) => hitsOfDots(dots, series, { x: across, y: up }, x, 0);
    expect(at(1.8).map(({ name, line }) => [name, line.x[0], line.y[0]])).toEqual([["three", 90, 3]]);
    expect(at(-3).map(({ name }) => name)).toEqual(["one"]);
    expect(at(1.2).map(({ name, mark }) => [name, mark])).toEqual([["two", 0]]);
  });

  it("are compared whatever their steps are", () => {
    const [one, , three] = drawnSeries(chart, data, optionsOfDots({ ...options, baseline: "one" }));
    expect([one.lines[0].y[0], three.lines[0].y[0]]).toEqual([0, 2]);
  });
});
