import { signal } from "@preact/signals";
import { expect, it, vi } from "vitest";
import type { Run, Tag } from "../../../api/catalogue";
import type { SegmentExtremes } from "../../../api/extremes";
import { followValues, newest, type RecordedValues, type WantedValues } from "./recorded_values";

function segment(x: number | null, value: number | "NaN"): SegmentExtremes {
  const none = { count: 0, first: null };
  const near = x === null ? null : { x, step: x, wall_time: 0, value };
  return {
    ...{ run: "r0", segment: 0, count: 1, min: null, max: null, nan: none },
    ...{ pos_inf: none, neg_inf: none, near },
  };
}

it("takes the newest point of all segments", () => {
  expect(newest([segment(10, 1), segment(30, "NaN"), segment(20, 3)])).toEqual({
    value: Number.NaN,
    step: 30,
  });
  expect(newest([segment(null, 1)])).toBeNull();
  expect(newest([])).toBeNull();
});

const run = { id: "r0", name: "one", kinds: { scalars: 3 } } as unknown as Run;
const tag = { id: "t0", name: "grad/a", kind: "scalars", runs: ["r0"] } satisfies Tag;
const family = { name: "grad/{path}", members: new Map([["a", tag]]) };
const base: WantedValues = { family, run, place: null, attempts: "all", connection: 1 };

it("asks once for several changes, again when the run has grown, and keeps what is there meanwhile", async () => {
  vi.useFakeTimers();
  const wanted = signal<WantedValues | null>(null);
  const asked: WantedValues[] = [];
  const answer = (value: number): RecordedValues => ({
    ...{ family: family.name, run: "one" },
    byPath: new Map([["a", { value, step: value }]]),
  });
  const values = followValues(wanted, (each) => {
    asked.push(each);
    return Promise.resolve(answer(asked.length));
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([]);
  wanted.value = { ...base, place: { axis: "step", x: 1 } };
  wanted.value = { ...base, place: { axis: "step", x: 2 } };
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.map(({ place }) => place?.x)).toEqual([2]);
  expect(values.value).toEqual(answer(1));
  wanted.value = { ...base, place: { axis: "step", x: 2 } };
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.length).toBe(1);
  wanted.value = { ...base, place: { axis: "step", x: 2 }, run: { ...run, kinds: { scalars: 4 } } };
  expect(values.value).toEqual(answer(1));
  await vi.advanceTimersByTimeAsync(1000);
  expect(values.value).toEqual(answer(2));
  vi.useRealTimers();
});

it("asks again after a request has failed", async () => {
  vi.useFakeTimers();
  const wanted = signal<WantedValues | null>(base);
  let count = 0;
  const values = followValues(wanted, () => {
    count++;
    return count === 1
      ? Promise.reject(new TypeError("no connection"))
      : Promise.resolve({ family: family.name, run: "one", byPath: new Map() });
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(count).toBe(2);
  expect(values.value?.run).toBe("one");
  vi.useRealTimers();
});
