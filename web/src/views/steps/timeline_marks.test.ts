import { expect, it } from "vitest";
import type { Finding, Severity } from "../../api/findings";
import { findingTicks, lanesOf, spanOf, stepMeant } from "./timeline_marks";

const images = { kind: "images", count: 3, steps: [10, 20, 110] };
const texts = { kind: "text", count: 1, steps: [0] };

it("spans all steps, and those of other things", () => {
  expect(spanOf([images, texts], [])).toEqual([0, 110]);
  expect(spanOf([images], [5, 300])).toEqual([5, 300]);
  expect(spanOf([texts], [])).toEqual([0, 1]);
  expect(spanOf([], [])).toEqual([0, 1]);
});

it("has a mark for each pixel with a step, in a lane for each kind", () => {
  expect(lanesOf([images, texts], [10, 110], 101)).toEqual([
    { kind: "images", count: 3, marks: [0, 10, 100] },
    { kind: "text", count: 1, marks: [-10] },
  ]);
  const many = { kind: "text", count: 1000, steps: Array.from({ length: 1000 }, (_, i) => i) };
  expect(lanesOf([many], [0, 999], 5)[0].marks).toEqual([0, 1, 2, 3, 4]);
  expect(lanesOf([images], [10, 110], 0)[0].marks).toEqual([0]);
});

it("means the nearest step, and by a key the next one, however far it is", () => {
  const steps = [0, 10, 20, 50];
  expect(stepMeant(steps, 10, 17)).toBe(20);
  expect(stepMeant(steps, 10, 49)).toBe(50);
  expect(stepMeant(steps, 20, 21)).toBe(50);
  expect(stepMeant(steps, 20, 19)).toBe(10);
  expect(stepMeant(steps, 50, 51)).toBe(50);
  expect(stepMeant(steps, 0, -1)).toBe(0);
  // From between two steps.
  expect(stepMeant(steps, 15, 16)).toBe(20);
});

it("has a tick at each step at which an error or a warning begins", () => {
  const at = (first_step: number, severity: Severity, sentence = "") =>
    ({ first_step, severity, sentence }) as Finding;
  const ticks = findingTicks([
    at(9, "error"),
    at(3, "warning", "a"),
    at(3, "error", "b"),
    at(5, "info"),
    at(7, "warning"),
    at(0, "unknown"),
  ]);
  expect(ticks.map(({ step, isError }) => [step, isError])).toEqual([
    [7, false],
    [3, true],
    [9, true],
  ]);
  expect(ticks[1].sentence).toBe("b");
});
