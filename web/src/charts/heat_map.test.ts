import { expect, it } from "vitest";
import { lineAt, markedLineAt } from "../series/line_fixture";
import { heatCells } from "./heat_cells";
import { cellAt, colourScale, heatColour, heatPixels } from "./heat_map";

it("goes from dark to light, by magnitude where values span two of them", () => {
  const scale = colourScale([0, 10]);
  expect(scale.isLog).toBe(false);
  expect([heatColour(0, scale), heatColour(10, scale)]).toEqual([
    [68, 1, 84],
    [253, 231, 37],
  ]);
  const wide = colourScale([0.01, 100]);
  expect(wide.isLog).toBe(true);
  expect(heatColour(1, wide)).toEqual(heatColour(5, scale));
  expect(heatColour(3, colourScale([3, 3]))).toEqual(heatColour(5, scale));
  const far = colourScale([-1.7e308, 1.7e308]);
  expect(heatColour(0, far)).toEqual(heatColour(5, scale));
});

it("draws nothing as nothing, and values that are not finite in colours of their own", () => {
  const rows = [[lineAt([0, 1], [1, 2])], [markedLineAt([0, 1], [Number.NaN, Number.POSITIVE_INFINITY])], []];
  const { width, height, rgba } = heatPixels(heatCells(rows, [0, 1], "linear", 2), 100);
  expect([width, height]).toEqual([2, 3]);
  const pixel = (row: number, column: number) => [
    ...rgba.slice((row * 2 + column) * 4, (row * 2 + column + 1) * 4),
  ];
  expect([pixel(0, 0), pixel(0, 1)]).toEqual([
    [68, 1, 84, 255],
    [253, 231, 37, 255],
  ]);
  expect([pixel(1, 0), pixel(1, 1)]).toEqual([
    [214, 0, 143, 255],
    [0, 188, 212, 255],
  ]);
  expect(pixel(2, 0)).toEqual([0, 0, 0, 0]);
});

it("hatches what is exactly 0, and leaves the colours to the others", () => {
  const rows = [[lineAt([0, 1], [0, 1])], [lineAt([0, 1], [1000, -0])], [lineAt([0, 1], [1, 1])]];
  const { zeros, rgba } = heatPixels(heatCells(rows, [0, 1], "linear", 2), 100);
  expect(Array.from({ length: 6 }, (_, i) => zeros?.[4 * i + 3])).toEqual([255, 0, 0, 255, 0, 0]);
  // The lowest of the others has the darkest colour, by magnitude.
  expect([...rgba.slice(4, 7)]).toEqual([68, 1, 84]);
  expect([...rgba.slice(0, 3)]).toEqual([68, 1, 84]);
  expect(colourScale(heatCells(rows, [0, 1], "linear", 2).extent ?? [0, 0]).isLog).toBe(true);
  // A row among several in one line of pixels is hatched there.
  expect(heatPixels(heatCells(rows, [0, 1], "linear", 2), 1).zeros?.[3]).toBe(255);
  expect(heatPixels(heatCells(rows.slice(2), [0, 1], "linear", 2), 100).zeros).toBeNull();
});

it("lets no row vanish where there is no room for all of them", () => {
  const rows = Array.from({ length: 100 }, (_, i) => [markedLineAt([0], [i === 37 ? Number.NaN : 1])]);
  const { height, rgba } = heatPixels(heatCells(rows, [0, 0], "linear", 1), 10);
  const magenta = Array.from(
    { length: height },
    (_, row) => rgba[row * 4] === 214 && rgba[row * 4 + 1] === 0,
  );
  expect(magenta).toEqual([3].reduce((all, row) => all.with(row, true), Array(10).fill(false)));
});

it("finds the cell under the pointer", () => {
  const cells = heatCells([[lineAt([0], [1])], [lineAt([0], [1])]], [0, 1], "linear", 4);
  expect(cellAt(cells, 0.99, 0.49)).toEqual({ row: 0, column: 3 });
  expect(cellAt(cells, 1, 1)).toEqual({ row: 1, column: 3 });
  expect(cellAt(cells, -0.1, 0)).toEqual({ row: 0, column: 0 });
});
