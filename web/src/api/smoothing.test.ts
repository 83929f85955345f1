import { describe, expect, it } from "vitest";
import {
  amountAt,
  decodeSmoothing,
  encodeSmoothing,
  MOST_POSITION,
  positionOf,
  SMOOTHING_KINDS,
} from "./smoothing";

describe("the slider", () => {
  it("goes from none to the most, and never back", () => {
    for (const kind of SMOOTHING_KINDS) {
      const amounts = Array.from({ length: MOST_POSITION + 1 }, (_, position) => amountAt(kind, position));
      expect(amounts[0]).toBe(0);
      expect(amounts.at(-1)).toBe(kind === "ema" || kind === "time" ? 0.999 : 1000);
      for (let i = 1; i < amounts.length; i++) expect(amounts[i]).toBeGreaterThanOrEqual(amounts[i - 1]);
    }
  });

  it("stands where its amount is", () => {
    for (const kind of ["ema", "time"] as const) {
      for (let position = 0; position <= MOST_POSITION; position++) {
        expect(positionOf(kind, amountAt(kind, position))).toBe(position);
      }
    }
    expect(positionOf("mean", 1000)).toBe(MOST_POSITION);
    expect(positionOf("mean", 1)).toBe(1);
    expect(positionOf("gaussian", 1_000_000)).toBe(MOST_POSITION);
  });
});

describe("a link", () => {
  it("holds kind and amount", () => {
    for (const smoothing of [
      { kind: "ema", amount: 0.6 },
      { kind: "gaussian", amount: 32 },
    ] as const) {
      expect(decodeSmoothing(encodeSmoothing(smoothing))).toEqual(smoothing);
    }
  });

  it("that is wrong is none", () => {
    for (const text of [
      null,
      "",
      "ema",
      "ema,",
      "ema,x",
      "ema,1",
      "ema,-1",
      "ema,0.5,1",
      "loess,1",
      "mean,1e9",
    ]) {
      expect(decodeSmoothing(text)).toBe(null);
    }
  });
});
