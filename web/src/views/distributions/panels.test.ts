// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { svgOf } from "../../charts/panel_picture";
import { layoutOf, panelsOf } from "./card_panels";
import { FORMS } from "./distributions_link";
import { countCells } from "./heat";
import type { PanelOptions, RunHistograms } from "./panel";
import { heightsOf, placedCounts } from "./ridges";
import { rowsOf } from "./rows_fixture";

function run(name: string, indices: readonly number[]): RunHistograms {
  const rows = rowsOf(indices);
  const histogram = {
    ...{ edges: [0, 1, 3], counts: [4, 1], min: 0, max: 3, sum: null, sumSquares: null },
    ...{ nan: 0, posInf: 0, negInf: 0, zeros: null, isNotFinite: false },
  };
  return {
    ...{ name, label: name, style: { colour: "#0072b2", dash: [] }, rows, x: Float64Array.from(rows.step) },
    placed: { histogram, x: 20, step: 20 },
  };
}

const OPTIONS: PanelOptions = {
  ...{ size: { width: 400, height: 200 }, axis: "step", along: [0, 40], isCut: false, hasLogCounts: false },
  values: { range: [0, 3], scale: "linear", threshold: 1 },
  ...{ ground: "#ffffff", text: "#000000", emphasis: null },
};
const RUNS = [run("adam", [0, 1, 2, 3, 4]), run("sgd", [1, 3])];
const COLOURS = { ground: "#ffffff", text: "#000000", grid: "#dddddd" };

it.each(FORMS)("draws %s within its plot, on linear and on logarithmic axes", (form) => {
  for (const isLog of [false, true]) {
    const values = { ...OPTIONS.values, scale: isLog ? "symlog" : "linear" } as const;
    const panels = panelsOf(form, RUNS, { ...OPTIONS, values, hasLogCounts: isLog });
    expect(panels.flatMap(({ runs }) => runs.map(({ name }) => name))).toEqual(["adam", "sgd"]);
    const svg = svgOf(
      "a < b",
      panels.map(({ panel }) => ({ name: "run", panel })),
      800,
      COLOURS,
    );
    expect(svg).toContain("a &lt; b");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
    for (const { panel } of panels) {
      const { left, top, width, height } = panel.plot;
      for (const at of [...panel.across.ticks]) expect(at).toBeGreaterThanOrEqual(left - 0.01);
      expect(left + width).toBeLessThanOrEqual(400);
      expect(top + height).toBeLessThan(200);
      expect(panel.across.labels.length).toBeGreaterThan(1);
      expect(panel.up.labels.length).toBeGreaterThan(1);
    }
  }
});

it("has two ticks at least where the panel is narrow", () => {
  const values = { ...OPTIONS.values, range: [-15, 15] as [number, number] };
  const narrow = { ...OPTIONS, size: { width: 140, height: 150 }, values };
  for (const { panel } of panelsOf("ridgeline", RUNS, narrow))
    expect(panel.across.labels.map(({ text }) => text)).toEqual(["−10", "0", "10"]);
});

it("finds the step and the value under the pointer", () => {
  const [{ panel }] = panelsOf("heat", RUNS, OPTIONS);
  const { left, top, width, height } = panel.plot;
  const [found] = panel.at(left + width * 0.76, top + height / 2);
  expect(found.row).toBe(3);
  expect(found.value).toBeCloseTo(1.5);
  const [{ panel: bands }] = panelsOf("bands", RUNS, OPTIONS);
  expect(bands.at(left + width * 0.8, top).map(({ row }) => row)).toEqual([3, 1]);
  const [{ panel: ridges }] = panelsOf("ridgeline", RUNS, OPTIONS);
  // At the bottom the last step is in front of all others.
  expect(ridges.at(ridges.plot.left + 10, ridges.plot.top + ridges.plot.height)[0].row).toBe(4);
});

it("draws nothing but axes of a run without histograms", () => {
  const empty = { ...run("empty", []), placed: null };
  for (const form of FORMS) {
    const [{ panel }] = panelsOf(form, [empty], OPTIONS);
    expect(svgOf("", [{ name: "", panel }], 400, COLOURS)).not.toMatch(/NaN/u);
    expect(panel.at(200, 100)).toEqual([]);
  }
  expect(panelsOf("bands", [], OPTIONS)).toEqual([]);
});

it("has in the cells of a heat map every number of a column's step", () => {
  const grid = { ...OPTIONS.values, bins: 6 };
  const { mean, columns } = countCells(RUNS[0], grid, 0, 40, 5);
  const sums = Array.from({ length: columns }, (_, column) =>
    mean.reduce((sum, value, cell) => (cell % columns === column ? sum + value : sum), 0),
  );
  sums.forEach((sum, i) => {
    expect(sum).toBeCloseTo(i + 1);
  });
});

it("gives the highest count the whole height, and none to nothing", () => {
  for (const hasLog of [false, true]) {
    const heightOf = heightsOf(hasLog, 50);
    expect([heightOf(0), heightOf(50)]).toEqual([0, 1]);
    expect(heightOf(5)).toBeGreaterThan(hasLog ? 0.3 : 0.09);
  }
  expect(heightsOf(false, 0)(0)).toBe(0);
  const sum = placedCounts(RUNS[0], { ...OPTIONS.values, bins: 7 }).reduce((one, other) => one + other, 0);
  expect(sum).toBeCloseTo(5);
});

it("has as many runs beside each other as there is room for", () => {
  const size = { width: 300, height: 200 };
  // Two beside each other, and as many below them as the card is high for.
  expect(layoutOf("ridgeline", 2, size, false)).toEqual({ runs: 2, width: 150, height: 182 });
  expect(layoutOf("ridgeline", 3, size, false)).toEqual({ runs: 3, width: 150, height: 82 });
  expect(layoutOf("ridgeline", 5, size, false)).toEqual({ runs: 4, width: 150, height: 82 });
  expect(layoutOf("heat", 5, { width: 480, height: 300 }, false)).toEqual({
    ...{ runs: 5, width: 160, height: 132 },
  });
  expect(layoutOf("ridgeline", 3, { width: 300, height: 130 }, false)).toMatchObject({
    runs: 2,
    height: 112,
  });
  expect(layoutOf("ridgeline", 1, size, false)).toMatchObject({ runs: 1, width: 300 });
  expect(layoutOf("bands", 5, size, false)).toMatchObject({ runs: 5, width: 300 });
  expect(layoutOf("heat", 5, { width: 900, height: 0 }, true)).toMatchObject({ runs: 5, width: 450 });
});
