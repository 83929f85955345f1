// @vitest-environment happy-dom
import type uPlot from "uplot";
import { expect, it, vi } from "vitest";
import { listenTo, wheelRange } from "./gestures";
import type { Projection } from "./projection";

const linear: Projection = { low: 0, high: 100, scale: "linear", start: 0, end: 200 };

it("keeps what is under the pointer where it is", () => {
  const [low, high] = wheelRange(linear, 50, -1);
  expect(high - low).toBeCloseTo(80, 9);
  expect((25 - low) / (high - low)).toBeCloseTo(0.25, 9);
  const [further, wider] = wheelRange({ ...linear, low, high }, 50, 1);
  expect(further).toBeCloseTo(0, 9);
  expect(wider).toBeCloseTo(100, 9);
});

it("is as even on a log axis", () => {
  const log: Projection = { low: 1, high: 100, scale: "log", start: 0, end: 200 };
  const [low, high] = wheelRange(log, 100, -1);
  expect(low * high).toBeCloseTo(100, 9);
});

it("picks what was pointed at when it was clicked, once no second click follows", () => {
  vi.useFakeTimers();
  const over = document.createElement("div");
  const plot = { over, cursor: {}, hooks: {} } as unknown as uPlot;
  let pointed = "here";
  const picked: string[] = [];
  const onPick = (): (() => void) => {
    const place = pointed;
    return () => picked.push(place);
  };
  listenTo(plot, () => ({ x: linear, y: linear }), { onPick, onZoom: vi.fn(), onReset: vi.fn() });
  const click = (detail: number): void => {
    for (const type of ["mousedown", "click"])
      over.dispatchEvent(new MouseEvent(type, { detail, button: 0 }));
  };
  click(1);
  // The chart is drawn anew, and the pointer is in none.
  pointed = "nowhere";
  vi.runAllTimers();
  expect(picked).toEqual(["here"]);
  click(1);
  click(2);
  vi.runAllTimers();
  expect(picked).toEqual(["here"]);
  vi.useRealTimers();
});
