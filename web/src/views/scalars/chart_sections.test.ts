// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from "vitest";
import type { Catalogue, Run, Tag } from "../../api/catalogue";
import { changeRuns, INITIAL_RUNS } from "../../runs/runs_link";
import { catalogue } from "../../state/server";
import { changeSubject } from "../../state/subject";
import { changeCharts, INITIAL_CHARTS } from "./chart_link";
import { chartSections } from "./chart_sections";

vi.stubGlobal("fetch", () => new Promise(() => {}));

function run(id: string): Run {
  const times = {
    first_wall_time: 0,
    last_wall_time: 1,
    last_step: 1,
    attempts: 1,
    damaged_bytes: 0,
    unread: false,
  };
  return {
    ...{ id, name: id, color: 0, points: 1, revision: 1, table_revision: 1, kinds: { scalars: 1 } },
    ...times,
  };
}

/** A log with these tags, each of the runs that are named. */
function log(tags: Record<string, string[]>): void {
  const runs = [...new Set(Object.values(tags).flat())].sort().map(run);
  const listed = Object.entries(tags).map(
    ([name, of]): Tag => ({ id: `id of ${name}`, name, kind: "scalars", runs: of }),
  );
  catalogue.value = {
    runs,
    tags: listed,
    damage: [],
    malformed: [],
    unfinished: [],
    unreadable: [],
  } as unknown as Catalogue;
}

function shown(): [string, string[]][] {
  return chartSections.value.map(({ name, heading, items }) => [
    heading ?? name,
    items.map(
      ({ chart, family, isOpen }) => chart?.title ?? `${family?.label} ×${family?.tags.length} ${isOpen}`,
    ),
  ]);
}

beforeEach(() => {
  changeRuns(INITIAL_RUNS);
  changeCharts(INITIAL_CHARTS);
  changeSubject({ tagFilter: "", folded: new Set() });
});

it("has highlights first, and each chart once", () => {
  log({ "gpu/mem": ["a"], "train/loss": ["a"], "train/lr": ["a"], "val/acc": ["a"] });
  expect(shown()).toEqual([
    ["highlights", ["train/loss", "val/acc"]],
    ["gpu", ["gpu/mem"]],
    ["train", ["train/lr"]],
  ]);
  changeCharts({ pins: ["val/acc"] });
  expect(shown().slice(0, 2)).toEqual([
    ["pinned", ["val/acc"]],
    ["highlights", ["train/loss"]],
  ]);
});

it("has pinned charts under any filter", () => {
  log({ "gpu/mem": ["a"], "train/loss": ["a"] });
  changeCharts({ pins: ["train/loss"] });
  changeSubject({ tagFilter: "gpu" });
  expect(shown()).toEqual([
    ["pinned", ["train/loss"]],
    ["gpu", ["gpu/mem"]],
  ]);
});

it("folds tags without a point in the shown runs into one line", () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`old/x${i}`, ["b"]]));
  log({ loss: ["a", "b"], ...many });
  expect(shown().map(([name, items]) => [name, items.length])).toEqual([
    ["highlights", 1],
    ["old", 200],
  ]);
  changeRuns({ selection: { base: false, exceptions: new Set(["a"]) } });
  expect(shown().map(([name, items]) => [name, items.length])).toEqual([
    ["highlights", 1],
    ["200 tags without points here", 200],
  ]);
  expect(chartSections.value[1].isFolded).toBe(true);
  // What is pinned stays where it is.
  changeCharts({ pins: ["old/x7"] });
  expect(shown().map(([name, items]) => [name, items.length])).toEqual([
    ["pinned", 1],
    ["highlights", 1],
    ["199 tags without points here", 199],
  ]);
});

it("has a family of tags as one row, which opens to its charts", () => {
  const layers = [0, 1, 2, 3, 4].map((layer) => `model.layers.${layer}.norm`);
  log(Object.fromEntries([...layers, "train/lr"].map((name) => [name, ["a"]])));
  expect(shown()[0]).toEqual(["model.layers", ["norm ×5 false"]]);
  changeSubject({ folded: new Set(["model.layers.*.norm"]) });
  expect(shown()[0]).toEqual(["model.layers", ["norm ×5 true", ...layers]]);
  expect(chartSections.value[0].count).toBe(1);
  // A chart that a link has marked is there.
  changeSubject({ folded: new Set() });
  changeCharts({ detailed: layers[3] });
  expect(shown()[0][1]).toEqual(["norm ×5 true", ...layers]);
});
