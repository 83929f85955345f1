import { expect, it } from "vitest";
import type { Tag } from "../../api/catalogue";
import {
  type Chart,
  type ChartDefinition,
  chartOfDefinition,
  decodeDefinition,
  encodeDefinition,
  freeTitle,
} from "./chart_definitions";
import { tableOf } from "./tag_search";

const tags = ["train/loss", "val/loss", "low", "high"].map(
  (name, i): Tag => ({ id: `t${i}`, name, kind: "scalars", runs: [] }),
);
const definition: ChartDefinition = { title: "mine", tags: [], patterns: [], margins: [], x: null };
const chartOf = (changes: Partial<ChartDefinition>, isOwn = true): Chart =>
  chartOfDefinition({ ...definition, ...changes }, tableOf(tags), isOwn);
const names = (changes: Partial<ChartDefinition>): string[] => chartOf(changes).tags.map((tag) => tag.name);

it("finds tags by name and by pattern, each once", () => {
  expect(names({ tags: ["val/loss"], patterns: ["val", "(train|val)/loss"] })).toEqual([
    "val/loss",
    "train/loss",
  ]);
  expect(names({ patterns: ["loss"] })).toEqual(["train/loss", "val/loss"]);
  // In a log's layout as TensorBoard matches: from the start of the name.
  expect(chartOf({ patterns: ["loss"] }, false).tags).toEqual([]);
});

it("names the missing tags, and draws the rest", () => {
  const margins: ChartDefinition["margins"] = [
    ["train/loss", "low", "high"],
    ["val/loss", "low", "gone"],
  ];
  const chart = chartOf({ tags: ["nothing"], patterns: ["("], margins, x: "time" });
  expect(chart.missing).toEqual(["nothing", "gone", "time"]);
  expect(chart.refused).toEqual([{ pattern: "(", reason: "Unterminated group" }]);
  expect(chart.margins).toEqual([margins[0]]);
  expect(chart.xTag).toBeNull();
});

it("is a text and back", () => {
  const full: ChartDefinition = {
    ...definition,
    tags: ["a"],
    patterns: ["b"],
    margins: [["a", "b", "c"]],
    x: "d",
  };
  for (const each of [definition, full]) expect(decodeDefinition(encodeDefinition(each))).toEqual(each);
  expect(decodeDefinition('{"title": "t", "tags": [1, "a"], "margins": [["a"], 3], "x": 4}')).toEqual({
    ...definition,
    title: "t",
    tags: ["a"],
  });
});

it("has a title of its own", () => {
  expect(freeTitle("a", [])).toBe("a");
  expect(freeTitle("mine", [definition, { ...definition, title: "mine (2)" }])).toBe("mine (3)");
});
