import { describe, expect, it } from "vitest";
import { buildFrame } from "./frame_fixture";
import { decodeValues } from "./values";

const VALUE = { step: 200, kind: "text", value: "A sentence.", left_out: { items: 0, characters: 0 } };
const FIRST = { tag: "v0", run: "r0", kind: "text", length: 2, at: 1, problem: "", value: VALUE };
const SECOND = { ...FIRST, run: "r1", length: 1, at: null, value: null };
const COLUMNS = {
  step: { dtype: "i8", values: [100, 200, 2 ** 53] },
  wall_time: { dtype: "f8", values: [1.5, 2.5, 3.5] },
  bytes: { dtype: "f8", values: [10, 20, 30] },
} as const;

const frame = (series: object[], columns: object = COLUMNS) =>
  buildFrame({ revision: 12, series }, columns as Parameters<typeof buildFrame>[1]);

describe("decodeValues", () => {
  it("gives each series its part of the columns", () => {
    const { revision, series } = decodeValues(frame([FIRST, SECOND]));
    expect(revision).toBe(12);
    expect(series.map(({ run, at, value }) => [run, at, value])).toEqual([
      ["r0", 1, VALUE],
      ["r1", null, null],
    ]);
    expect(series.map(({ step }) => [...step])).toEqual([[100, 200], [2 ** 53]]);
    expect(series.map(({ wallTime }) => [...wallTime])).toEqual([[1.5, 2.5], [3.5]]);
    expect(series.map(({ bytes }) => [...bytes])).toEqual([[10, 20], [30]]);
  });

  it("takes an answer without any series", () => {
    const none = Object.fromEntries(
      Object.entries(COLUMNS).map(([name, { dtype }]) => [name, { dtype, values: [] }]),
    );
    expect(decodeValues(frame([], none)).series).toEqual([]);
  });

  it("says what is wrong", () => {
    const { bytes: _, ...rest } = COLUMNS;
    expect(() => decodeValues(frame([FIRST, SECOND], rest))).toThrow("no column bytes");
    expect(() => decodeValues(frame([FIRST]))).toThrow("have 2 values, its columns 3");
  });
});
