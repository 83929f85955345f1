// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { decodeRuns, encodeRuns, INITIAL_RUNS, type RunsState } from "./runs_link";

function encoded(state: RunsState): string {
  const parameters = new URLSearchParams();
  encodeRuns(state, parameters);
  return parameters.toString();
}

it("is empty for the initial state", () => {
  expect(encoded(INITIAL_RUNS)).toBe("");
  expect(decodeRuns(new URLSearchParams())).toEqual(INITIAL_RUNS);
});

it("holds everything, whatever the names", () => {
  const state: RunsState = {
    columns: ["last:train/loss: 1", "hparam:lr,&"],
    tableColumns: ["hparam:a=b", "state"],
    sort: { column: "-odd:name", isDescending: true },
    groupBy: ["/lr=([^_]+)/", "hparam:batch size", "directory"],
    baseline: "größe #1",
    comparison: "ratio",
    attempts: "last",
    runFilter: "lr=(0[.]1|1) & +#%",
    selection: { base: false, exceptions: new Set(["a&b=c", "größe #1", ""]) },
    foldedRuns: new Set(["a/b"]),
    runPins: ["a/b", "c d"],
  };
  expect(decodeRuns(new URLSearchParams(encoded(state)))).toEqual(state);
});

it("can have no columns", () => {
  const state: RunsState = { ...INITIAL_RUNS, columns: [], tableColumns: [] };
  expect(decodeRuns(new URLSearchParams(encoded(state)))).toEqual(state);
});

it("reads a link with one key, as there was no more than one", () => {
  expect(decodeRuns(new URLSearchParams("group=hparam%3Alr")).groupBy).toEqual(["hparam:lr"]);
  expect(decodeRuns(new URLSearchParams("group=a&group=&group=a")).groupBy).toEqual(["a"]);
});
