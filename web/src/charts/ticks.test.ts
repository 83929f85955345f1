import { describe, expect, it } from "vitest";
import {
  durationLabels,
  durationTicks,
  linearTicks,
  logTicks,
  minorLogTicks,
  symlogTicks,
  timeLabels,
  timeTicks,
} from "./ticks";

describe("symlogTicks", () => {
  it("are zero and powers of ten on both sides, with room for their labels", () => {
    expect(symlogTicks(-500, 2e6, 1e3, 5)).toEqual([0, 1e4, 1e5, 1e6]);
    expect(symlogTicks(-1e6, 1e6, 1e2, 6)).toEqual([-1e6, -1e4, 0, 1e4, 1e6]);
    expect(symlogTicks(-3, 4, 1, 5)).toEqual(linearTicks(-3, 4, 5));
    expect(symlogTicks(2e4, 5e4, 10, 4).length).toBeGreaterThan(1);
    expect(symlogTicks(-5e4, -2e4, 10, 4).every((tick) => tick < 0)).toBe(true);
  });
});

describe("linearTicks", () => {
  it("are round and lie within", () => {
    expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks(0, 199_999, 4)).toEqual([0, 50_000, 100_000, 150_000]);
    expect(linearTicks(-1.2, 1.2, 4)).toEqual([-1, 0, 1]);
    expect(linearTicks(5, 5, 4)).toEqual([5]);
  });

  it("are never many, at any magnitude", () => {
    for (let exponent = -300; exponent <= 300; exponent += 7) {
      const low = -0.37 * 10 ** exponent;
      const high = 1.91 * 10 ** exponent;
      const ticks = linearTicks(low, high, 5);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(7);
      for (const tick of ticks) {
        expect(tick).toBeGreaterThanOrEqual(low * 1.0001);
        expect(tick).toBeLessThanOrEqual(high * 1.0001);
      }
    }
  });
});

describe("logTicks", () => {
  it("are decades, thinned where they are many", () => {
    expect(logTicks(1e-4, 1, 4)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(logTicks(1e-30, 1, 3)).toEqual([1e-30, 1e-20, 1e-10, 1]);
  });

  it("have 2 and 5 between where they are few, and are finer within a decade", () => {
    expect(logTicks(1, 100, 8)).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(logTicks(0.03, 0.05, 4)).toEqual([0.03, 0.04, 0.05]);
    expect(logTicks(0.0301, 0.0309, 4)).toEqual([0.0302, 0.0304, 0.0306, 0.0308]);
  });

  it("are three at least, however little room there is", () => {
    for (const low of [1e-9, 0.3, 1, 7, 4e5])
      for (const ratio of [1.001, 1.3, 3, 9, 11, 400, 1e5, 1e20])
        for (const count of [1, 2, 3, 7]) {
          const ticks = logTicks(low, low * ratio, count);
          expect(ticks.length, `${low} to ${low * ratio}`).toBeGreaterThanOrEqual(3);
          expect(ticks.length).toBeLessThanOrEqual(Math.max(9, count));
          expect(minorLogTicks(low, low * ratio, ticks).filter((tick) => ticks.includes(tick))).toEqual([]);
        }
  });

  it("have minor ticks between them: thinned powers, multiples, or parts", () => {
    expect(minorLogTicks(1, 1e6, [1, 1e3, 1e6])).toEqual([10, 100, 1e4, 1e5]);
    expect(minorLogTicks(1, 10, [1, 2, 5, 10])).toEqual([3, 4, 6, 7, 8, 9]);
    expect(minorLogTicks(0.03, 0.05, [0.03, 0.04, 0.05]).length).toBeGreaterThan(3);
  });
});

describe("timeTicks", () => {
  const at = (hours: number, minutes = 0): number => new Date(2026, 0, 2, hours, minutes).getTime() / 1000;

  it("are round local times, with the date where a day begins", () => {
    expect(timeLabels(timeTicks(at(9, 50), at(12, 10), 3))).toEqual(["10:00", "11:00", "12:00"]);
    expect(timeLabels(timeTicks(at(20), at(29), 4))).toEqual(["21:00", "01-03", "03:00"]);
    expect(timeLabels(timeTicks(at(9), at(9) + 8, 3))).toEqual(["09:00:00", "09:00:05"]);
  });

  it("never leave an axis without a tick", () => {
    expect(timeTicks(at(9) + 0.00011, at(9) + 0.0002, 4)).toHaveLength(1);
  });
});

describe("times since a beginning", () => {
  it("are round in minutes, hours and days", () => {
    expect(durationTicks(0, 100, 4)).toEqual([0, 30, 60, 90]);
    expect(durationTicks(0, 7200, 4)).toEqual([0, 1800, 3600, 5400, 7200]);
    expect(durationTicks(0, 0.3, 3)).toEqual([0, 0.1, 0.2, 0.3].slice(0, durationTicks(0, 0.3, 3).length));
    expect(durationTicks(5, 5, 4)).toEqual([5]);
  });

  it("are in one unit, or all of one form", () => {
    expect(durationLabels([0, 30, 60, 90])).toEqual(["0", "30 s", "60 s", "90 s"]);
    expect(durationLabels([0, 1800, 3600, 5400])).toEqual(["0", "30 min", "60 min", "90 min"]);
    expect(durationLabels([0, 3600, 7200])).toEqual(["0", "1 h", "2 h"]);
    expect(durationLabels([0, 0.25, 0.5])).toEqual(["0", "0.25 s", "0.50 s"]);
    expect(durationLabels([180_000, 180_300])).toEqual(["2 d 02 h 00 min", "2 d 02 h 05 min"]);
    expect(durationLabels([5000, 5030])).toEqual(["1 h 23 min 20 s", "1 h 23 min 50 s"]);
    expect(durationLabels([-86_400, 0, 86_400])).toEqual(["−1 d", "0", "1 d"]);
    expect(durationLabels([0])).toEqual(["0"]);
  });
});
