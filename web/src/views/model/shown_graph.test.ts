// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { RecordedModel } from "../../api/model";
import { chosenOf } from "./shown_graph";

function model(run: string, graph: string, more: Partial<RecordedModel> = {}): RecordedModel {
  return {
    ...{ run, graph, source: "trace", title: "Net", tag: "model", nodes: 9, bytes: 100, recorded: [1] },
    ...{ phases: ["forward"], problem: "" },
    ...more,
  };
}

const RUNS = [
  { id: "r0", name: "one" },
  { id: "r1", name: "two" },
  { id: "r2", name: "without" },
];
const ALL = [
  model("r0", "a"),
  model("r1", "b", { recorded: [5], problem: "It is cut off." }),
  model("r1", "c", { recorded: [3, 9], phases: ["forward", "backward", "both"] }),
  model("r1", "d", { recorded: [4] }),
];
const NOTHING = { run: null, graph: null, phase: "forward" } as const;

it("is the first one that can be read, of the run that recorded last of those that are shown", () => {
  expect(chosenOf(ALL, NOTHING, RUNS, RUNS)?.model.graph).toBe("c");
  expect(chosenOf(ALL, NOTHING, RUNS, [RUNS[2], RUNS[0]])?.model.graph).toBe("a");
  // Of runs that are hidden, all of them.
  expect(chosenOf(ALL, NOTHING, RUNS, [])?.model.graph).toBe("c");
  // A run that begins changes nothing, one that is hidden does.
  expect(chosenOf(ALL, NOTHING, RUNS, RUNS, "r0")?.model.graph).toBe("a");
  expect(chosenOf(ALL, NOTHING, RUNS, [RUNS[1]], "r0")?.model.graph).toBe("c");
  expect(chosenOf([], NOTHING, RUNS, RUNS)).toBe(null);
  expect(chosenOf(ALL.slice(1, 2), NOTHING, RUNS, RUNS)?.model.problem).toBe("It is cut off.");
});

it("is that of the link, without a note", () => {
  const shown = chosenOf(ALL, { run: "two", graph: "d", phase: "forward" }, RUNS, RUNS);
  expect([shown?.model.graph, shown?.notes]).toEqual(["d", []]);
  const backward = chosenOf(ALL, { run: "two", graph: "c", phase: "backward" }, RUNS, RUNS);
  expect([backward?.phase, backward?.notes]).toEqual(["backward", []]);
});

it("is the newest of the run where that of the link is gone, and says so", () => {
  const shown = chosenOf(ALL, { run: "two", graph: "gone", phase: "forward" }, RUNS, RUNS);
  expect(shown?.model.graph).toBe("c");
  expect(shown?.notes).toEqual(["Graph gone is not in run two: the newest one of it is shown."]);
  const other = chosenOf(ALL, { run: "without", graph: null, phase: "both" }, RUNS, RUNS);
  expect([other?.model.graph, other?.phase]).toEqual(["c", "both"]);
  expect(other?.notes).toEqual(["There is no model in a run without: that of two is shown."]);
  const forward = chosenOf(ALL, { run: "one", graph: null, phase: "both" }, RUNS, RUNS);
  expect([forward?.model.graph, forward?.phase]).toEqual(["a", "forward"]);
  expect(forward?.notes).toEqual(["Nothing of both was recorded of this model: forward is shown."]);
});
