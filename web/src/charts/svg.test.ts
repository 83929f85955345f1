// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { lineAt } from "../series/line_fixture";
import type { ChartContent } from "./chart_content";
import { type FitOptions, fitAxes } from "./fit";
import { seriesOf } from "./series_fixture";
import { svgOf } from "./svg";
import { textWidth } from "./text_width";

const options: FitOptions = {
  ...{ xScale: "linear", yScale: "linear", xRange: null, yRange: null, ignoresOutliers: false },
};
const look = {
  ...({
    axis: "step",
    places: null,
    best: "lowest",
    ground: "#ffffff",
    text: "#111111",
    grid: "#eeeeee",
  } as const),
  ...{ xTitle: "step", yTitle: "train/loss" },
};

function documentOf(content: ChartContent, title: string): Document {
  const text = svgOf(content, fitAxes(content.series, options), { width: 400, height: 200 }, title);
  return new DOMParser().parseFromString(text, "image/svg+xml");
}

it("is a document with title, ticks, lines and names, whatever is in them", () => {
  const series = [
    seriesOf("a <b> & \u0001", lineAt([0, 5, 10], [1, 3, 2])),
    { ...seriesOf("c", lineAt([0, 10], [2, 2])), tag: "loss", style: { colour: "#123456", dash: [6, 3] } },
  ];
  const drawn = documentOf({ series, ...options, ...look }, 'loss "<script>"');
  const texts = [...drawn.querySelectorAll("text")].map((element) => element.textContent);
  expect(texts[0]).toBe('loss "<script>"');
  expect(texts).toContain("10");
  expect(texts).toContain("step");
  expect(texts).toContain("train/loss");
  expect(texts.slice(-2)).toEqual(["a <b> & ", "c · loss"]);
  expect(drawn.querySelectorAll("script")).toHaveLength(0);
  const lines = [...drawn.querySelectorAll('g[clip-path] path[fill="none"]')];
  // From the plot's left edge to its right one; the flat line, drawn first, at one height.
  expect(lines[0].getAttribute("d")).toMatch(/^M56 ([\d.]+)L388 \1$/u);
  expect(lines[0].getAttribute("stroke-dasharray")).toBe("6 3");
  expect(lines[1].getAttribute("d")?.match(/[ML]/gu)).toEqual(["M", "L", "L"]);
});

it("shows by a group's line how many of its runs are behind each stretch", () => {
  const group = lineAt([0, 1, 2, 3, 4], [1, 1, 1, 1, 1], {
    runs: Uint32Array.from([4, 4, 3, 2, 1]),
    size: 4,
  });
  const drawn = documentOf({ series: [seriesOf("group", group)], ...options, ...look, best: null }, "loss");
  const lines = [...drawn.querySelectorAll('g[clip-path] path[fill="none"]')];
  expect(lines.map((line) => line.getAttribute("stroke-width"))).toEqual(["2.56", "1.6", "0.96"]);
  const places = lines.map((line) =>
    line
      .getAttribute("d")
      ?.match(/(?<=[ML])[\d.]+/gu)
      ?.map(Number),
  );
  expect(places).toEqual([
    [61, 142.75],
    [142.75, 224.5, 306.25],
    [306.25, 388],
  ]);
});

it("has every label of x within the picture, so that none is cut", () => {
  const drawn = documentOf(
    { series: [seriesOf("a", lineAt([0, 1e6], [1, 2]))], ...options, ...look, best: null },
    "loss",
  );
  const [across] = drawn.querySelectorAll('g[text-anchor="middle"]');
  const labels = [...across.querySelectorAll("text:not([transform])")].slice(0, -1);
  expect(labels.at(-1)?.textContent).toBe("1.0M");
  for (const label of labels) {
    const [text, at] = [label.textContent ?? "", Number(label.getAttribute("x"))];
    expect(at + textWidth(text) / 2).toBeLessThanOrEqual(400);
  }
});

it("names the first series, and counts the others", () => {
  const series = Array.from({ length: 45 }, (_, i) => seriesOf(`run ${i}`, lineAt([0, 1], [i, i])));
  const drawn = documentOf({ series, ...options, ...look, best: null }, "many");
  expect([...drawn.querySelectorAll("text")].at(-1)?.textContent).toBe("and 5 more");
});

it("draws the bands of a crowd as one layer, so that they don't cover the lines", () => {
  const columns = (...values: number[]): Float64Array => Float64Array.from(values);
  const band = { low: columns(0, 0), high: columns(4, 4), isBucket: Uint8Array.from([1, 1]) };
  const bandsOf = (count: number): (string | null)[] => {
    const series = Array.from({ length: count }, (_, i) => seriesOf(`${i}`, lineAt([0, 1], [i, i], band)));
    const drawn = documentOf({ series, ...options, ...look, best: null }, "many");
    const layer = drawn.querySelector("g[clip-path] > g[opacity]");
    return [...(layer ?? drawn).querySelectorAll("path")]
      .filter((path) => path.getAttribute("d")?.endsWith("Z"))
      .map((path) => path.getAttribute("opacity"));
  };
  expect(bandsOf(2)).toEqual(["0.2", "0.2"]);
  expect(bandsOf(20)).toEqual(Array(20).fill(null));
});
