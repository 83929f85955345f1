import { expect, it } from "vitest";
import { randomNumbers } from "../kit/random_fixture";
import type { Range } from "../series/axis";
import type { Line } from "../series/line";
import { lineAt, markedLineAt } from "../series/line_fixture";
import {
  extentOfRows,
  FINITE,
  heatCells,
  NAN,
  NEGATIVE_INFINITY,
  NOTHING,
  onsets,
  POSITIVE_INFINITY,
} from "./heat_cells";

it("has the mean of each column, and the bounds of what is in it", () => {
  const cells = heatCells([[lineAt([0, 1, 2, 3], [1, 3, 5, 9])]], [0, 4], "linear", 2);
  expect([...cells.mean]).toEqual([2, 7]);
  expect([[...cells.low], [...cells.high]]).toEqual([
    [1, 5],
    [3, 9],
  ]);
  expect(cells.extent).toEqual([2, 7]);
});

it("holds a record up to the next one, and has nothing before the first and behind the last", () => {
  const cells = heatCells([[lineAt([2, 6], [1, 5])], []], [0, 10], "linear", 10);
  const nothing = Array(10).fill(NOTHING);
  const held = [NOTHING, NOTHING, FINITE, FINITE, FINITE, FINITE, FINITE, NOTHING, NOTHING, NOTHING];
  expect([...cells.state]).toEqual([...held, ...nothing]);
  expect([...cells.mean.slice(2, 7)]).toEqual([1, 1, 1, 1, 5]);
});

it("gives a cell to what is not finite, NaN first, and counts the rows with any", () => {
  const steps = [0, 1, 2, 3];
  const bad = markedLineAt(steps, [1, Number.NaN, Number.NEGATIVE_INFINITY, 2]);
  const cells = heatCells([[lineAt(steps, [1, 1, 1, 1])], [bad]], [0, 3], "linear", 4);
  expect([...cells.state.slice(4)]).toEqual([FINITE, NAN, NEGATIVE_INFINITY, FINITE]);
  expect([cells.rowsNotFinite, cells.extent]).toEqual([1, [1, 2]]);
  const together = heatCells([[bad]], [0, 3], "linear", 1);
  expect([...together.state]).toEqual([NAN]);
});

it("leaves out what is not in the range, and what a log axis has no place for", () => {
  const line = lineAt([0, 1, 10, 100], [7, 1, 2, 3]);
  expect(extentOfRows([[line], []], "linear")).toEqual([0, 100]);
  expect(extentOfRows([[line]], "log")).toEqual([1, 100]);
  expect(extentOfRows([[]], "linear")).toBe(null);
  expect([...heatCells([[line]], [1, 100], "log", 2).mean]).toEqual([1, 2.5]);
  expect(heatCells([[line]], [200, 300], "linear", 2).extent).toBe(null);
});

it("tells where values that are not finite begin, each kind once a stretch", () => {
  const steps = [0, 1, 2, 3, 4, 5];
  const [nan, up, down] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const rows = [
    [markedLineAt(steps, [1, nan, nan, 1, up, nan])],
    [markedLineAt(steps, [1, 1, down, down, 1, 1])],
  ];
  const found = onsets(heatCells(rows, [0, 5], "linear", 6));
  expect(found).toEqual([
    { column: 4, state: POSITIVE_INFINITY },
    { column: 2, state: NEGATIVE_INFINITY },
    { column: 1, state: NAN },
    { column: 5, state: NAN },
  ]);
});

/** Cell by cell, each from all entries: what the cells are by definition. */
function plainCells(rows: readonly (readonly Line[])[], [from, to]: Range, columns: number) {
  const columnOf = (x: number): number =>
    from < to ? Math.min(columns - 1, Math.floor(((Math.max(x, from) - from) / (to - from)) * columns)) : 0;
  return rows.flatMap((lines) => {
    const found = Array.from({ length: columns }, (_, column) => {
      const isIn = (first: number, last: number): boolean =>
        last >= from && first <= to && columnOf(first) <= column && column <= columnOf(last);
      const values = lines.flatMap(({ first, last, y }) =>
        [...y].filter((value, i) => Number.isFinite(value) && isIn(first[i], last[i])),
      );
      const others = lines.flatMap(({ marks }) =>
        [...marks.x.keys()].flatMap((i) => {
          if (!isIn(marks.first[i], marks.last[i])) return [];
          return marks.nan[i] > 0 ? NAN : marks.negInf[i] > 0 ? NEGATIVE_INFINITY : POSITIVE_INFINITY;
        }),
      );
      const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
      const bounds = [Math.min(...values), Math.max(...values)];
      return { state: Math.max(NOTHING, ...(values.length > 0 ? [FINITE] : []), ...others), mean, bounds };
    });
    const end = found.findLastIndex(({ state }) => state !== NOTHING);
    for (let i = 1; i < end; i++) if (found[i].state === NOTHING) found[i] = found[i - 1];
    return found;
  });
}

it("is what each cell is by definition, whatever the lines have in common", () => {
  const random = randomNumbers(1);
  const below = (most: number): number => Math.floor(random() * most);
  const values = [0, 1, -2, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let round = 0; round < 300; round++) {
    const places = Array.from({ length: 3 }, () => {
      const steps = Array.from({ length: below(6) }, () => below(16));
      return [...new Set(steps)].sort((one, other) => one - other);
    });
    // Some lines lie where the one before them does.
    const line = (): Line => {
      const x = places[below(places.length)];
      return markedLineAt(
        x,
        x.map(() => values[below(values.length)]),
      );
    };
    const rows = Array.from({ length: 1 + below(4) }, () => Array.from({ length: below(3) }, line));
    const start = below(8);
    const range: Range = [start, start + 8 * below(2)];
    const columns = range[0] === range[1] ? 1 : 8;
    const { mean, low, high, state } = heatCells(rows, range, "linear", columns);
    const plain = plainCells(rows, range, columns);
    expect([...state]).toEqual(plain.map((cell) => cell.state));
    expect([...mean]).toEqual(plain.map((cell) => cell.mean));
    expect([...low].map((value, i) => [value, high[i]])).toEqual(plain.map(({ bounds }) => bounds));
  }
});

it("has an extent without the zeros, where there is anything else", () => {
  const steps = [0, 1];
  expect(heatCells([[lineAt(steps, [0, 4])]], [0, 1], "linear", 2).extent).toEqual([4, 4]);
  expect(heatCells([[lineAt(steps, [0, -0])]], [0, 1], "linear", 2).extent).toEqual([0, 0]);
});
