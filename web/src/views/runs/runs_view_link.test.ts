// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { decodeRunsView, encodeRunsView, type RunsViewState } from "./runs_view_link";

it("survives a link, and an unknown word is the usual one", () => {
  for (const state of [
    { metric: null, statistic: null },
    { metric: "a&b=c/loss", statistic: "min" },
  ] satisfies RunsViewState[]) {
    const parameters = new URLSearchParams();
    encodeRunsView(state, parameters);
    expect(decodeRunsView(new URLSearchParams(parameters.toString()))).toEqual(state);
  }
  expect(decodeRunsView(new URLSearchParams("metric-of=median")).statistic).toBeNull();
});
