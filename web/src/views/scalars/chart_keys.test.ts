import { expect, it, vi } from "vitest";
import { seriesOf } from "../../charts/series_fixture";
import { lineAt } from "../../series/line_fixture";
import { type KeyedChart, onChartKey, placeAfter } from "./chart_keys";

const series = [
  seriesOf("low", lineAt([0, 10, 20, 30], [1, 1, 1, 1])),
  seriesOf("high", lineAt([0, 15, 30], [9, 9, 9])),
];

function chart(more: Partial<KeyedChart> = {}): KeyedChart & { onPoint: ReturnType<typeof vi.fn> } {
  return {
    series,
    axes: {
      x: { low: 0, high: 30, scale: "linear", start: 0, end: 300 },
      y: { low: 0, high: 10, scale: "linear", start: 100, end: 0 },
    },
    x: null,
    emphasis: "low",
    ...{ onPoint: vi.fn(), onPick: vi.fn(), onZoom: vi.fn(), onExpand: vi.fn() },
    ...more,
  } as KeyedChart & { onPoint: ReturnType<typeof vi.fn> };
}

function press(key: string, on: KeyedChart, shiftKey = false): boolean {
  return onChartKey({ key, shiftKey }, on);
}

it("goes from place to place of all curves, and stays within the range", () => {
  const from = (x: number | null, direction: number, count = 1) =>
    placeAfter(series, [0, 30], x, direction, count);
  expect([null, 0, 10, 12, 15, 30].map((x) => from(x, 1))).toEqual([0, 10, 15, 15, 20, 30]);
  expect([null, 30, 20, 12, 10, 0].map((x) => from(x, -1))).toEqual([30, 20, 15, 10, 0, 0]);
  expect([from(0, 1, 3), from(0, 1, 99), from(30, -1, 99)]).toEqual([20, 30, 0]);
  expect(placeAfter(series, [5, 18], 15, 1, 10)).toBe(15);
  expect(placeAfter([], [0, 30], null, 1, 1)).toBe(null);
});

it("points at the curve that is emphasised, and at those above and below it", () => {
  const one = chart();
  expect(press("ArrowRight", one)).toBe(true);
  expect(one.onPoint).toHaveBeenCalledWith(0, 0, 90);
  const other = chart({ x: 30 });
  press("ArrowUp", other);
  expect(other.onPoint).toHaveBeenLastCalledWith(30, 300, 10);
  press("ArrowDown", other);
  expect(other.onPoint).toHaveBeenLastCalledWith(30, 300, 90);
  press("Home", other);
  expect(other.onPoint).toHaveBeenLastCalledWith(0, 0, 90);
  press("ArrowRight", chart({ x: 0, onPoint: other.onPoint }), true);
  expect(other.onPoint).toHaveBeenLastCalledWith(30, 300, 90);
});

it("picks, zooms about the cursor, expands, and leaves other keys alone", () => {
  const one = chart({ x: 15 });
  press("Enter", one);
  expect(one.onPick).toHaveBeenCalledOnce();
  press("+", one);
  expect(one.onZoom).toHaveBeenLastCalledWith([3, 27]);
  press("f", one);
  expect(one.onExpand).toHaveBeenCalledOnce();
  expect(["j", "x", "Escape", "Tab"].map((key) => press(key, one))).toEqual([false, false, false, false]);
  // Without a cursor these are the page's.
  expect(["ArrowUp", "ArrowDown", "Enter"].map((key) => press(key, chart()))).toEqual([false, false, false]);
});
