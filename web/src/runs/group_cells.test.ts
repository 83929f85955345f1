import { expect, it } from "vitest";
import type { Run } from "../api/catalogue";
import { groupCell, groupValue, momentsOf } from "./group_cells";
import type { Cell, CellValue } from "./run_columns";

const runs = [0, 1, 2, 3].map((i) => ({ id: String(i) }) as Run);
const cells =
  (...values: CellValue[]) =>
  (run: Run): Cell => ({ value: values[Number(run.id)], text: `<${values[Number(run.id)]}>` });

it("numbers are their mean and their deviation", () => {
  const { text, title } = groupCell("last:loss", runs, cells(1, 2, 3, 4));
  expect(text).toBe("2.5 ±1.3");
  expect(title).toMatch(/^last loss: mean of 4 runs 2\.5\nstandard deviation 1\.2909944\d+\nfrom 1 to 4$/u);
  expect(groupCell("duration", runs, cells(60, 120, 60, 120)).text).toBe(
    "1 min 30 s ±34.6 s".replace("34.6", "35"),
  );
});

it("have the digits that the spread leaves", () => {
  expect(groupCell("last:loss", runs, cells(0.5917, 0.6123, 0.5812, 0.5771)).text).toBe("0.591 ±0.016");
  expect(groupCell("last:loss", runs, cells(2000, 2001, 1999, 2000)).text).toBe("2,000 ±0.82");
  expect(groupCell("last:loss", runs, cells(3, 3, 3, 3)).text).toBe("3 ±0");
  expect(groupCell("hparam:lr", runs, cells(0.01, 0.01, 0.01, 0.01)).text).toBe("0.01");
  expect(groupCell("step", runs, cells(1999, 1999, 1999, null)).text).toBe("1,999 (3 of 4)");
  expect(groupCell("last:loss", runs, cells(1e-9, 2e-9, 3e-9, 2e-9)).text).toBe("2e−9 ±8.165e−10");
  expect(groupCell("last:loss", runs, cells(1000, 3000, 2000, 9000)).text).toBe("3,750 ±3,594");
});

it("what is missing or not finite is told, and takes no part", () => {
  const cell = groupCell("last:loss", runs, cells(1, Number.NaN, 3, null));
  expect(cell.text).toBe("2 ±1.4 (2 of 4)");
  expect(cell.title).toContain("1 not finite");
  expect(cell.title).toContain("1 without a value");
  expect(groupCell("last:loss", runs, cells(Number.NaN, null, null, null)).text).toBe("NaN");
  expect(groupCell("last:loss", runs, cells(null, null, null, null))).toEqual({ text: "–", title: "" });
  expect(groupCell("last:loss", runs.slice(0, 1), cells(7)).text).toBe("7");
});

it("groups are sorted by the mean of what is a number", () => {
  expect(groupValue(runs, cells(1, Number.NaN, 3, null))).toBe(2);
  expect(groupValue(runs, cells("a", null, Number.NaN, "b"))).toBe(null);
});

it("texts are said where all are the same, and counted where not", () => {
  expect(groupCell("state", runs, cells("a", "a", null, "a")).text).toBe("<a>");
  expect(groupCell("state", runs, cells("a", "b", "b", 3))).toEqual({
    text: "3 values",
    title: "<a>\n<b>\n<3>",
  });
  expect(groupCell("start", runs, cells(1, 2, 2, 2)).text).toBe("2 values");
});

it("the moments of the largest numbers are numbers", () => {
  const { mean, deviation } = momentsOf([1e308, -1e308, 1e308]);
  expect(mean / 1e308).toBeCloseTo(1 / 3);
  expect(Number.isFinite(deviation)).toBe(true);
  expect(momentsOf([3, 3])).toEqual({ mean: 3, deviation: 0 });
});
