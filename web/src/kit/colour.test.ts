import { describe, expect, it } from "vitest";
import { contrast, GROUND, rampStyle, runStyle, sequential } from "./colour";

describe("runStyle", () => {
  it("keeps 3:1 against the ground in both themes", () => {
    for (const theme of ["light", "dark"] as const) {
      for (let color = 0; color < 24; color++) {
        expect(contrast(runStyle(color, theme).colour, GROUND[theme])).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it("tells 24 runs apart by hue and dash, and then begins again", () => {
    for (const theme of ["light", "dark"] as const) {
      const styles = Array.from({ length: 24 }, (_, color) => JSON.stringify(runStyle(color, theme)));
      expect(new Set(styles).size).toBe(24);
      expect(runStyle(24, theme)).toEqual(runStyle(0, theme));
    }
    expect(runStyle(7, "light").dash).toEqual([]);
    expect(runStyle(8, "light").dash).not.toEqual([]);
  });
});

describe("the sequential scale", () => {
  it("keeps 3:1 against the ground, and each place apart from the next, in both themes", () => {
    for (const theme of ["light", "dark"] as const) {
      const colours = Array.from({ length: 12 }, (_, i) => sequential(i / 11, theme));
      expect(new Set(colours).size).toBe(12);
      for (const colour of colours) expect(contrast(colour, GROUND[theme])).toBeGreaterThanOrEqual(3);
      // From the darkest to the lightest.
      const lightness = colours.map((colour) => contrast(colour, "#000000"));
      expect(lightness).toEqual(lightness.toSorted((one, other) => one - other));
    }
  });

  it("has dashes for further tags", () => {
    expect(rampStyle(0.5, "light").dash).toEqual([]);
    expect(rampStyle(0.5, "light", 1).dash).toEqual(runStyle(8, "light").dash);
    expect(rampStyle(0.5, "light", 1).colour).toBe(rampStyle(0.5, "light").colour);
  });
});

it("contrast is that of WCAG: 21 for black on white, 1 for a colour on itself", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  expect(contrast("#123456", "#123456")).toBe(1);
});
