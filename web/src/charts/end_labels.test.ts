import { expect, it } from "vitest";
import { lineAt } from "../series/line_fixture";
import { endLabels, endNames, spread, widthOfNames } from "./end_labels";
import { seriesOf } from "./series_fixture";
import { textWidth } from "./text_width";

const x = { low: 0, high: 10, scale: "linear", start: 40, end: 240 } as const;
const y = { low: 0, high: 100, scale: "linear", start: 106, end: 6 } as const;
const flat = (name: string, value: number, last = 10) => seriesOf(name, lineAt([0, last], [value, value]));

it("names the lines of two to eight series by their short names", () => {
  const labelled = [flat("exp/adam_0.1/train", 1), flat("exp/sgd_0.1/train", 2)];
  const series = labelled.map((each, i) => ({ ...each, label: ["adam", "sgd"][i] }));
  expect(endNames(series, 400)).toEqual(["adam", "sgd"]);
  const ofTags = series.map((each) => ({ ...each, tag: "loss" }));
  expect(endNames(ofTags, 400)).toEqual(["adam · loss", "sgd · loss"]);
  expect(endNames([flat("alone", 1)], 400)).toEqual([]);
  expect(
    endNames(
      Array.from({ length: 9 }, (_, i) => flat(`run ${i}`, i)),
      400,
    ),
  ).toEqual([]);
  const tags = ["loss", "accuracy"].map((tag) => ({ ...flat("run", 1), tag }));
  expect(endNames(tags, 400)).toEqual(["loss", "accuracy"]);
});

it("cuts long names in their middle, within a quarter of the chart", () => {
  const names = endNames([flat("a".repeat(50), 1), flat(`b${"c".repeat(50)}`, 2)], 300);
  expect(names.every((name) => name.includes("…") && textWidth(name) <= 75)).toBe(true);
  expect(widthOfNames(names)).toBeLessThanOrEqual(80);
  expect(widthOfNames([])).toBe(0);
});

it("puts names beside the ends of their lines, none on another", () => {
  const series = [flat("a", 50), flat("b", 52), flat("c", 90, 5)];
  const labels = endLabels(series, ["a", "b", "c"], x, y);
  expect(labels.map(({ text, left }) => [text, left])).toEqual([
    ["c", 144],
    ["b", 244],
    ["a", 244],
  ]);
  expect(labels[2].middle - labels[1].middle).toBe(12);
  expect((labels[2].middle + labels[1].middle) / 2).toBe(55);
  // Beyond the shown range, and not a number.
  expect(endLabels([flat("a", 500), flat("b", Number.NaN)], ["a", "b"], x, y)).toEqual([]);
});

it("moves neighbours apart alike", () => {
  expect(spread([0, 100], 12)).toEqual([0, 100]);
  expect(spread([50, 50, 50], 12)).toEqual([38, 50, 62]);
  expect(spread([0, 10, 20, 100], 12)).toEqual([-2, 10, 22, 100]);
});
