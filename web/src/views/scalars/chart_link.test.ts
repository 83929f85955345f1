// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { type ChartState, decodeCharts, encodeCharts, INITIAL_CHARTS } from "./chart_link";
import { CHART_PARAMETERS } from "./parameters";

const STATE: ChartState = {
  statistic: "median",
  band: "confidence",
  zoom: {
    step: [123_400, 123_500],
    aligned: [0, 50],
    relative: [0.5, 90],
    training: [3600, 7200.5],
    wall: [1763880000.25, 1763880042.125],
    tag: [-1e-9, 2],
  },
  ranges: new Map([
    ["own:a:b, c", { x: { axis: "step", range: [1, 2.5] }, y: [-0.5, 1e-7] }],
    ["train/loss", { x: null, y: [0, 1] }],
  ]),
  smoothing: { kind: "gaussian", amount: 12 },
  xScale: "symlog",
  yScale: "log",
  ignoresOutliers: true,
  best: "highest",
  hasSuperseded: true,
  detailed: "own:a:b, c",
  expanded: "train/loss",
  pins: ["train/loss", "own:a:b, c"],
  definitions: [
    { title: "a:b, c", tags: ["x"], patterns: ["^v.*"], margins: [["a", "b", "c"]], x: "grad:norm" },
    { title: "two", tags: ["x", "y"], patterns: [], margins: [], x: null },
  ],
};

function encoded(state: ChartState): URLSearchParams {
  const parameters = new URLSearchParams();
  encodeCharts(state, parameters);
  return parameters;
}

function decoded(text: string): ChartState {
  return decodeCharts(new URLSearchParams(text));
}

describe("the charts' part of the link", () => {
  it("is empty for the initial state", () => {
    expect(String(encoded(INITIAL_CHARTS))).toBe("");
    expect(decoded("")).toEqual(INITIAL_CHARTS);
  });

  it("holds everything, whatever the names, in the parameters that it owns", () => {
    const parameters = encoded(STATE);
    expect(decoded(String(parameters))).toEqual(STATE);
    expect(new Set(parameters.keys())).toEqual(new Set(CHART_PARAMETERS));
  });

  it("passes over what is wrong, in one place alone", () => {
    for (const text of ["", "{", "[]", "3", "{}", '{"title":3}', '{"title":""}'])
      expect(decodeCharts(new URLSearchParams({ chart: text })).definitions).toEqual([]);
    for (const text of ["own-x=step:2,1:a", "own-x=nowhere:1,2:a", "own-y=1:a", "own-y=,:a", "own-x=a"])
      expect(decoded(text).ranges.size).toBe(0);
    for (const step of ["5", "9,3", "a,b", "1,2,3", ",", "1,Infinity", ""])
      expect(decoded(`step=${step}&y=log&unknown=1`)).toEqual({ ...INITIAL_CHARTS, yScale: "log" });
  });

  it("reads links that have the chart behind the place", () => {
    expect(decoded("at=wall:1763880000.25:own:a:b, c").detailed).toBe("own:a:b, c");
    for (const text of ["at=step:1", "at=step:a:loss", "at=nowhere:1:loss", "at=", "at=step::loss"])
      expect(decoded(text).detailed).toBe(null);
  });
});
