/** The cells of a group's heading: what its runs' values of a column come to. */

import type { Run } from "../api/catalogue";
import { formatDuration, formatShort, formatValue, plural } from "../kit/format";
import type { Cell } from "./run_columns";
import { columnName, tagOfColumn } from "./run_columns";

export interface GroupCell {
  text: string;
  /** Every number, for the pointer that stays. */
  title: string;
}

/** Numbers of more decimals are shorter with an exponent. */
const MOST_DECIMALS = 5;
/** Of which a sum or a mean says nothing. */
const TIMES = new Set(["start"]);

/** The mean of a group's values and their deviation, or the text that all have in common. */
export function groupCell(column: string, runs: readonly Run[], cellOf: (run: Run) => Cell): GroupCell {
  const cells = runs.map(cellOf).filter(({ value }) => value !== null);
  if (cells.length === 0) return { text: "–", title: "" };
  const texts = [...new Set(cells.map(({ text }) => text))];
  // That a hyper-parameter or a fact is the same in all is no spread; that a metric is, one wants to know.
  const isOfTag = tagOfColumn(column) !== null;
  const numbers = cells.map(({ value }) => value).filter((value) => typeof value === "number");
  if (numbers.length < cells.length || TIMES.has(column))
    return {
      text: texts.length === 1 ? texts[0] : `${texts.length} values`,
      title: texts.slice(0, 20).join("\n"),
    };
  const finite = numbers.filter(Number.isFinite);
  const format = column === "duration" ? formatDuration : formatShort;
  const { mean, deviation } = momentsOf(finite);
  const behind = finite.length < runs.length ? ` (${finite.length} of ${runs.length})` : "";
  const isTold = finite.length > 1 && (isOfTag || deviation > 0);
  // As many digits as the spread leaves.
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(deviation)));
  const isPlain = column !== "duration" && decimals <= MOST_DECIMALS && Math.abs(mean) < 1e6;
  const [middle, spread] = isPlain
    ? [mean, deviation].map((value) => formatValue(Number(value.toFixed(decimals))))
    : [format(mean), format(deviation)];
  const title = [
    `${columnName(column)}: mean of ${plural(finite.length, "run")} ${mean}`,
    ...(finite.length > 1 ? [`standard deviation ${deviation}`] : []),
    ...(finite.length > 0 ? [`from ${Math.min(...finite)} to ${Math.max(...finite)}`] : []),
    ...(finite.length < numbers.length ? [`${numbers.length - finite.length} not finite`] : []),
    ...(numbers.length < runs.length ? [`${runs.length - numbers.length} without a value`] : []),
  ];
  return {
    text: finite.length === 0 ? "NaN" : `${isTold ? `${middle} ±${spread}` : format(mean)}${behind}`,
    title: title.join("\n"),
  };
}

/** The number that groups are sorted by: the mean of the finite ones; null where none is. */
export function groupValue(runs: readonly Run[], cellOf: (run: Run) => Pick<Cell, "value">): number | null {
  const values = runs.map((run) => cellOf(run).value).filter((value) => typeof value === "number");
  const { mean } = momentsOf(values.filter(Number.isFinite));
  return Number.isNaN(mean) ? null : mean;
}

/** The mean, and the standard deviation of a sample; NaN without numbers, and for one. */
export function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const count = values.length;
  // Parts of the mean first: the sum of the largest numbers is none.
  const mean = count === 0 ? Number.NaN : values.reduce((sum, value) => sum + value / count, 0);
  if (count < 2) return { mean, deviation: Number.NaN };
  const largest = Math.max(...values.map((value) => Math.abs(value - mean))) || 1;
  const squares = values.reduce((sum, value) => sum + ((value - mean) / largest) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)) * largest };
}
