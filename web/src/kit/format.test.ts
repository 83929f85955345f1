import { describe, expect, it } from "vitest";
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatExact,
  formatFitting,
  formatShort,
  formatStep,
  formatTime,
  formatValue,
  logTickLabels,
  plural,
  tickLabels,
} from "./format";

describe("numbers", () => {
  it("steps have thousands separators", () => {
    expect([0, 999, 1000, 123457, -1234567, 2 ** 53].map(formatStep)).toEqual([
      ...["0", "999", "1,000", "123,457", "−1,234,567", "9,007,199,254,740,992"],
    ]);
  });

  it("values have six significant digits", () => {
    expect([0, 1, 0.1 + 0.2, 41.625, -1234.5678, 0.00012345678].map((value) => formatValue(value))).toEqual([
      ...["0", "1", "0.3", "41.625", "−1,234.57", "0.000123457"],
    ]);
    expect([1e-5, 1.5e12, -2e-9].map((value) => formatValue(value))).toEqual(["1e−5", "1.5e12", "−2e−9"]);
    expect([Number.NaN, 1 / 0, -1 / 0].map((value) => formatValue(value))).toEqual(["NaN", "+Inf", "−Inf"]);
    expect(formatValue(0.031234, 2)).toBe("0.031");
  });

  it("short values have four, in whichever notation is shorter where eight characters are not enough", () => {
    const values = [0.0003, 0.0012345, 0.00096423, -0.00096423, 1234.567, 123456789, Number.NaN];
    const short = ["0.0003", "0.001234", "9.642e−4", "−9.642e−4", "1,235", "1.235e8", "NaN"];
    expect(values.map(formatShort)).toEqual(short);
  });
  it("values have fewer digits where there is no room for four, and two at least", () => {
    const fitting = (value: number): string[] => [9, 7, 6, 5, 1].map((room) => formatFitting(value, room));
    expect(fitting(0.055768)).toEqual(["0.05577", "0.05577", "0.0558", "0.056", "0.056"]);
    expect(fitting(-0.055768)).toEqual(["−0.05577", "−0.0558", "−0.056", "−0.056", "−0.056"]);
    expect(fitting(2.5)).toEqual(["2.5", "2.5", "2.5", "2.5", "2.5"]);
    expect(fitting(1.23456e-7)).toEqual(["1.235e−7", "1.23e−7", "1.2e−7", "1.2e−7", "1.2e−7"]);
    expect(fitting(123456.7)).toEqual(["123,457", "123,457", "1.23e5", "1.2e5", "1.2e5"]);
    expect(fitting(Number.NaN)).toEqual(["NaN", "NaN", "NaN", "NaN", "NaN"]);
  });
  it("exact values name the recorded number, no more and no less", () => {
    expect(formatExact(Math.fround(0.1), true)).toBe("0.1");
    expect(formatExact(Math.fround(0.1), false)).toBe("0.10000000149011612");
    expect(formatExact(41.625, true)).toBe("41.625");
    expect(formatExact(16777216, true)).toBe("16,777,216");
    for (let k = 0; k < 500; k++) {
      const value = Math.fround(Math.sin(k * 12.9898) * 10 ** ((k % 40) - 20));
      const text = formatExact(value, true).replaceAll(",", "").replaceAll("−", "-");
      expect(Math.fround(Number(text))).toBe(value);
    }
  });

  it("counts and bytes are in SI units", () => {
    expect([0, 900, 14500, 999999, 1.2e6, 3e9].map(formatCount)).toEqual([
      ...["0", "900", "14.5 k", "1 M", "1.2 M", "3 G"],
    ]);
    expect([52, 382.914, 14500, 2.5e9].map(formatBytes)).toEqual(["52 B", "383 B", "14.5 kB", "2.5 GB"]);
  });

  it("durations are in the two largest units", () => {
    expect([0.4, 1, 59.9, 60, 3599, 7200, 86_400 * 3.5].map(formatAge)).toEqual([
      ...["now", "1 s ago", "59 s ago", "1 min ago", "59 min ago", "2 h ago", "3 d ago"],
    ]);
    expect([1.5, 42, 312, 7980, 97200, 7200].map(formatDuration)).toEqual([
      ...["1.5 s", "42 s", "5 min 12 s", "2 h 13 min", "1 d 3 h", "2 h"],
    ]);
  });

  it("times are ISO in local time", () => {
    const date = new Date(2026, 0, 2, 3, 4, 5);
    expect(formatTime(date.getTime() / 1000)).toBe("2026-01-02 03:04:05");
  });

  it("plurals", () => {
    expect([plural(1, "run"), plural(0, "run"), plural(1000, "run")]).toEqual([
      "1 run",
      "0 runs",
      "1,000 runs",
    ]);
  });
});

describe("tick labels", () => {
  it("have as few digits as tell ticks apart", () => {
    expect(tickLabels([0, 0.5, 1])).toEqual(["0", "0.5", "1.0"]);
    expect(tickLabels([0.025, 0.03, 0.035])).toEqual(["0.025", "0.030", "0.035"]);
    expect(tickLabels([0, 50000, 100000])).toEqual(["0", "50k", "100k"]);
    expect(tickLabels([123450, 123455, 123460])).toEqual(["123.450k", "123.455k", "123.460k"]);
    expect(tickLabels([-1e-8, 0, 1e-8])).toEqual(["−1e−8", "0", "1e−8"]);
    expect(tickLabels([1.2e-5, 1.25e-5])).toEqual(["1.20e−5", "1.25e−5"]);
  });

  it("are in one unit, chosen once for the axis", () => {
    expect(tickLabels([0, 500_000, 1_000_000])).toEqual(["0", "0.5M", "1.0M"]);
    expect(tickLabels([0, 1e6, 2e6])).toEqual(["0", "1M", "2M"]);
    expect(tickLabels([5.6e9, 12.8e9, 20e9])).toEqual(["5.6G", "12.8G", "20.0G"]);
    expect(tickLabels([0, 5000, 10_000])).toEqual(["0", "5k", "10k"]);
    expect(tickLabels([0, 2000, 4000])).toEqual(["0", "2,000", "4,000"]);
    // A unit that would need more than three decimals is none.
    expect(tickLabels([1_000_100, 1_000_200])).toEqual(["1,000,100", "1,000,200"]);
    expect(tickLabels([8e-5, 1e-4, 1.2e-4])).toEqual(["0.8e−4", "1.0e−4", "1.2e−4"]);
    expect(tickLabels([0, 2e16, 4e16])).toEqual(["0", "2e16", "4e16"]);
    expect(tickLabels([2.5, 5, 7.5])).toEqual(["2.5", "5.0", "7.5"]);
    expect(tickLabels([0, 0.25, 0.5])).toEqual(["0", "0.25", "0.50"]);
  });

  it("on a log axis are in one notation", () => {
    expect(logTickLabels([0.001, 0.5, 1, 20, 1000])).toEqual(["0.001", "0.5", "1", "20", "1,000"]);
    expect(logTickLabels([5.6e9, 1e10, 2e10])).toEqual(["5.6G", "10G", "20G"]);
    expect(logTickLabels([1e5, 1e6, 1e7])).toEqual(["0.1M", "1M", "10M"]);
    expect(logTickLabels([1, 1e3, 1e6])).toEqual(["1", "1,000", "1,000,000"]);
    expect(logTickLabels([1e-7, 1e-3, 0.5, 1, 2e6])).toEqual(["1e−7", "1e−3", "5e−1", "1e0", "2e6"]);
    expect(logTickLabels([-1e6, -1e5, 0, 1e5, 1e6])).toEqual(["−1M", "−0.1M", "0", "0.1M", "1M"]);
    expect(logTickLabels([0])).toEqual(["0"]);
  });

  it("are all different", () => {
    for (let exponent = -12; exponent <= 12; exponent++) {
      for (const factor of [1, 2, 5]) {
        const step = factor * 10 ** exponent;
        const ticks = [7, 8, 9, 10, 11].map((k) => k * step);
        expect(new Set(tickLabels(ticks)).size).toBe(5);
      }
    }
  });
});
