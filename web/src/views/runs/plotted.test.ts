// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { expect, it, vi } from "vitest";
import type { Run } from "../../api/catalogue";

const unread = signal<readonly string[]>([]);
const runs = ["a", "b", "c"].map((name) => ({ name, id: name, kinds: {} }) as Run);
const losses: Record<string, number | null> = { a: 1, b: 2, c: null };

vi.mock("../../runs/listed_runs", () => ({
  shownRuns: signal(runs),
  listedRuns: signal(runs),
  groupOfRun: signal(new Map()),
}));
vi.mock("../../runs/run_table", () => ({
  cellOfRun: (_: string, { name }: Run) => ({ value: losses[name], text: String(losses[name]) }),
  experiment: signal({ hparams: {}, metrics: [] }),
  groupedMetrics: signal(new Map([["loss", { group: "", tag: "loss" }]])),
  isColumnKnown: () => true,
  isRunRead: ({ name }: Run) => !unread.value.includes(name),
  runRows: signal(new Map()),
}));
vi.mock("../../runs/styles", () => ({ styleOfRun: () => ({ colour: "", dash: [] }) }));
vi.mock("../../runs/short_names", () => ({ shortName: (name: string) => name }));

const { plotAxes, plottedRuns, unreadCount } = await import("./plotted");

it("counts runs without a value, and those that are being read as neither", () => {
  expect(plotAxes.value.map(({ without }) => without)).toEqual([1]);
  expect(plottedRuns.value.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  unread.value = ["b", "c"];
  expect(unreadCount.value).toBe(2);
  expect(plotAxes.value.map(({ without }) => without)).toEqual([0]);
  expect(plottedRuns.value.map(({ name }) => name)).toEqual(["a"]);
});
