// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { Run, Tag } from "../../api/catalogue";
import { lineAt } from "../../series/line_fixture";
import { chartOfDefinition, chartOfTag } from "./chart_definitions";
import { type ChartData, seriesKey } from "./chart_loader";
import { type DrawnOptions, drawnSeries, isApproximate, summarise } from "./chart_series";
import { tableOf } from "./tag_search";

const tags = ["a", "b", "low", "high"].map((name): Tag => ({ id: name, name, kind: "scalars", runs: [] }));
const runs = ["one", "two"].map((name, color) => ({ name, color }) as Run);
const lines = new Map(
  runs.flatMap((run, r) =>
    tags.map((tag, t) => [seriesKey(tag.name, run.name), [lineAt([0, 1], [r, 10 * t + r])]] as const),
  ),
);
const data: ChartData = {
  axis: "step",
  scale: "linear",
  range: null,
  lines,
  groups: null,
  pending: new Set(),
};
const options: DrawnOptions = {
  ...{ runs, groups: null, colours: new Map(), shade: "light", statistic: "mean", band: "range" },
  ...{ baseline: null, comparison: "difference" },
};
const definition = { title: "p", tags: ["a", "b"], patterns: [], margins: [], x: null };

describe("what is drawn", () => {
  it("is a line a run in its colour, or in the one that was chosen", () => {
    const [one, two] = drawnSeries(chartOfTag(tags[0]), data, options);
    expect([one.name, one.tag, two.name]).toEqual(["one", null, "two"]);
    expect(one.style.colour).not.toBe(two.style.colour);
    const [chosen] = drawnSeries(chartOfTag(tags[0]), data, { ...options, colours: new Map([["one", 1]]) });
    expect(chosen.style).toEqual(two.style);
    expect(drawnSeries(chartOfTag(tags[0]), null, options)).toEqual([]);
  });

  it("tells tags apart by dashes, and by colours where there is one run", () => {
    const all = drawnSeries(chartOfDefinition(definition, tableOf(tags), true), data, options);
    expect(all.map(({ name, tag }) => `${name} ${tag}`)).toEqual(["one a", "one b", "two a", "two b"]);
    expect(all[0].style.colour).toBe(all[1].style.colour);
    expect(all[0].style.dash).not.toEqual(all[1].style.dash);
    const few = drawnSeries(chartOfDefinition(definition, tableOf(tags), true), data, {
      ...options,
      runs: runs.slice(0, 1),
    });
    expect(few[0].style.colour).not.toBe(few[1].style.colour);
    expect(few[1].style.dash).toEqual([]);
  });

  it("is approximate where any line is", () => {
    const series = drawnSeries(chartOfTag(tags[0]), data, options);
    expect(isApproximate(series)).toBe(false);
    const [one, two] = series;
    const about = { ...two, lines: [{ ...two.lines[0], isApproximate: true }] };
    expect(isApproximate([one, about])).toBe(true);
  });

  it("draws bounds as a band only", () => {
    const chart = chartOfDefinition(
      { ...definition, tags: [], margins: [["a", "low", "high"]] },
      tableOf(tags),
      true,
    );
    const drawn = drawnSeries(chart, data, options);
    expect(drawn.map(({ name, tag }) => `${name} ${tag}`)).toEqual(["one null", "two null"]);
    expect([...drawn[0].lines[0].low, ...drawn[0].lines[0].high]).toEqual([0, 20, 0, 30]);
  });

  it("is compared with a run that need not be drawn itself", () => {
    const compared = { ...options, runs: runs.slice(1), baseline: "one" };
    const [two] = drawnSeries(chartOfTag(tags[0]), data, compared);
    expect([...two.lines[0].y]).toEqual([1, 1]);
    const spread = { low: Float64Array.of(-1, -1), high: Float64Array.of(2, 2) };
    const wide = new Map([...lines].map(([key, all]) => [key, all.map((line) => ({ ...line, ...spread }))]));
    const [itself] = drawnSeries(chartOfTag(tags[0]), { ...data, lines: wide }, { ...compared, runs });
    expect([...itself.lines[0].low, ...itself.lines[0].high]).toEqual([0, 0, 0, 0]);
  });

  it("is summed up in words", () => {
    const all = drawnSeries(chartOfDefinition(definition, tableOf(tags), true), data, options);
    expect(summarise("p", all, "run")).toBe("p, 2 runs, last 0 to 11");
  });
});
