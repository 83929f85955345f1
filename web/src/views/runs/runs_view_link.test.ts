// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { decodeRunsView, encodeRunsView, type RunsViewState } from "./runs_view_link";

const INITIAL = decodeRunsView(new URLSearchParams());

it("survives a link, and an unknown word is the usual one", () => {
  for (const state of [
    INITIAL,
    {
      metric: "a&b=c/loss",
      statistic: "min",
      plot: "scatters",
      colouring: "run",
      brushes: [
        { column: "hparam:lr", low: 1e-4, high: 0.1 },
        { column: "hparam:a,b", words: ["x,y", '"'] },
      ],
      detailsOf: "a/b",
    },
  ] satisfies RunsViewState[]) {
    const parameters = new URLSearchParams();
    encodeRunsView(state, parameters);
    expect(decodeRunsView(new URLSearchParams(parameters.toString()))).toEqual(state);
  }
  expect(decodeRunsView(new URLSearchParams("metric-of=median&plot=pie"))).toEqual(INITIAL);
});

it("leaves out what is not a brush, and an earlier one of the same column", () => {
  const link = new URLSearchParams();
  for (const text of ["", "{", "null", "[1,2,3]", '["a"]', '["a",2,1]', '["a",[]]', '["a",[1]]', '["a",1,2]'])
    link.append("brush", text);
  link.append("brush", '["a",1,3]');
  expect(decodeRunsView(link).brushes).toEqual([{ column: "a", low: 1, high: 3 }]);
});
