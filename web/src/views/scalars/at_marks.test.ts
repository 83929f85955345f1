// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { Hit } from "../../charts/hit";
import type { NotFinite } from "../../runs/not_finite";
import { lineAt } from "../../series/line_fixture";
import { marksFirst } from "./at_marks";

const hit = (name: string, mark: number): Hit => ({
  ...{ name, tag: null, key: name, style: { colour: "", dash: [] }, line: lineAt([1], [1]) },
  ...{ entry: 0, mark, distance: 0 },
});
const hits = [hit("near", -1), hit("late", 0), hit("unknown", 0), hit("early", 2)];
const steps: Record<string, number> = { near: 1, late: 1201, early: 7 };
const firstOf = ({ name }: Hit): NotFinite | null =>
  name in steps ? { tag: "t0", step: steps[name], word: "NaN", lasts: name === "late" } : null;

it("has the lines with a mark first where marks are pointed at, at the top or the bottom", () => {
  for (const top of [2, 198]) {
    const found = marksFirst(hits, top, 200, firstOf);
    expect(found.hits.map(({ name }) => name)).toEqual(["early", "late", "unknown", "near"]);
    expect([...(found.firstSteps ?? [])]).toEqual([
      ["late", "NaN from 1,201"],
      ["early", "NaN at 7"],
    ]);
  }
});

it("leaves the nearest first elsewhere, and where there is no mark", () => {
  expect(marksFirst(hits, 100, 200, firstOf)).toEqual({ hits, firstSteps: null });
  expect(marksFirst(hits.slice(0, 1), 2, 200, firstOf)).toEqual({ hits: hits.slice(0, 1), firstSteps: null });
});
