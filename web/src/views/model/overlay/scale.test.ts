import { expect, it } from "vitest";
import { contrast, INFINITY_COLOUR, NAN_COLOUR } from "../../../kit/colour";
import {
  colourOfNumber,
  colourOfShare,
  inkOn,
  markOfNumber,
  mixed,
  type Scale,
  scaleOf,
  shareOf,
} from "./scale";

it("is logarithmic over two decades and more, and as the user wants it", () => {
  expect(scaleOf([1, 99], null)).toEqual({ low: 1, high: 99, kind: "linear" });
  expect(scaleOf([1, 100], null)).toEqual({ low: 1, high: 100, kind: "log" });
  expect(scaleOf([1, 100], "linear")?.kind).toBe("linear");
  expect(scaleOf([1, 2], "log")?.kind).toBe("log");
});

it("leaves zeros and numbers that are not finite aside", () => {
  expect(scaleOf([0, Number.NaN, 3, Number.POSITIVE_INFINITY, 5], null)).toEqual({
    ...{ low: 3, high: 5, kind: "linear" },
  });
  expect(scaleOf([0, Number.NaN], null)).toBeNull();
});

it("has zero in the middle where numbers have both signs, with any scale that is wanted", () => {
  const scale = scaleOf([-1, 4], "log") as Scale;
  expect(scale).toEqual({ low: -4, high: 4, kind: "diverging" });
  expect(shareOf(0, scale)).toBe(0.5);
  expect(scaleOf([-4, -1], null)).toEqual({ low: -4, high: -1, kind: "linear" });
});

it("gives shares in order, within the ends", () => {
  for (const kind of ["linear", "log"] as const) {
    const scale: Scale = { low: 1, high: 10_000, kind };
    const shares = [0.1, 1, 10, 100, 10_000, 1e9].map((value) => shareOf(value, scale));
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
    expect([shares[0], shares[1], shares[4], shares[5]]).toEqual([0, 0, 1, 1]);
  }
  expect(shareOf(100, { low: 1, high: 10_000, kind: "log" })).toBeCloseTo(0.5);
  expect(shareOf(7, { low: 7, high: 7, kind: "log" })).toBe(0.5);
  expect(shareOf(0, { low: -Number.MAX_VALUE, high: Number.MAX_VALUE, kind: "diverging" })).toBe(0.5);
});

it("has the colours of every view for what is not finite, and no colour without a scale", () => {
  expect(colourOfNumber(Number.NaN, null, "light")).toBe(NAN_COLOUR);
  expect(colourOfNumber(Number.NEGATIVE_INFINITY, null, "dark")).toBe(INFINITY_COLOUR);
  expect(colourOfNumber(1, null, "dark")).toBeNull();
  expect([0, Number.NaN, 1].map(markOfNumber)).toEqual(["zero", "nan", null]);
});

it("writes text that can be read on every colour of a scale, in both themes", () => {
  for (const theme of ["light", "dark"] as const)
    for (const kind of ["linear", "diverging"] as const)
      for (let i = 0; i <= 100; i++) {
        const colour = colourOfShare(i / 100, { low: 0, high: 1, kind }, theme);
        expect(contrast(colour, inkOn(colour, theme))).toBeGreaterThan(4);
      }
});

it("mixes two colours", () => {
  expect(mixed("#000000", "#ffffff", 0.5)).toBe("#808080");
  expect(mixed("#102030", "#ffffff", 0)).toBe("#102030");
});
