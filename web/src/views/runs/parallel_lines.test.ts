import { expect, it } from "vitest";
import { type Frame, lineAt } from "./parallel_lines";
import type { PlottedRun } from "./plotted";

const FRAME: Frame = { xs: [0, 100, 200], top: 0, bottom: 100, none: 120 };

const line = (name: string, shares: (number | null)[], isWithin = true): PlottedRun => ({
  ...{ name, label: name, shares, isWithin, texts: [] },
  style: { colour: "#000000", dash: [] },
});

it("finds the line under the pointer, also one that runs to where no value is", () => {
  const runs = [line("up", [0, 1, 1]), line("down", [1, 0, null])];
  const nameAt = (x: number, y: number): string | undefined => lineAt(runs, FRAME, x, y)?.name;
  expect(nameAt(0, 100)).toBe("up");
  expect(nameAt(0, 3)).toBe("down");
  expect(nameAt(75, 25)).toBe("up");
  expect(nameAt(75, 75)).toBe("down");
  expect(nameAt(203, 0)).toBe("up");
  expect(nameAt(200, 119)).toBe("down");
  expect(nameAt(50, 20)).toBeUndefined();
  expect(nameAt(300, 0)).toBeUndefined();
  expect(lineAt(runs, { ...FRAME, xs: [] }, 0, 0)).toBeNull();
});

it("prefers a line within the brushes to a nearer one outside", () => {
  const outside = line("outside", [0.5, 0.5, 0.5], false);
  const within = line("within", [0.55, 0.55, 0.55]);
  for (const runs of [
    [outside, within],
    [within, outside],
  ])
    expect(lineAt(runs, FRAME, 50, 50)?.name).toBe("within");
  expect(lineAt([outside], FRAME, 50, 50)?.name).toBe("outside");
});
