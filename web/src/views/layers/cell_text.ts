/** What is in a cell, in words. */

import { formatStep, plural } from "../../kit/format";
import { coordinateOf } from "./colours";
import { INFINITE, NOT_A_NUMBER, NOTHING, stateOf, ZERO } from "./map_picture";
import type { ShownMap } from "./map_state";
import type { RowLine } from "./row_tree";
import { formatStatistic, statisticNamed, titleOf } from "./statistics";

/** "step 1,200", or "steps 1,200 to 1,360". */
export function stepsInWords(first: number, last: number): string {
  return first === last ? `step ${formatStep(first)}` : `steps ${formatStep(first)} to ${formatStep(last)}`;
}

/** The value of a cell of the map, and what is not finite in it. */
export function valueText({ map, place, asked }: ShownMap, line: RowLine, bucket: number): string {
  const row = place.get(line.key);
  if (row === undefined) return "";
  const cell = row * map.buckets + bucket;
  const state = stateOf(map.marks[cell]);
  const words = { [NOTHING]: "not measured", [ZERO]: "exactly 0", [INFINITE]: "Inf", [NOT_A_NUMBER]: "NaN" };
  const value = map.value[cell];
  const { statistic, against, kind } = asked;
  const shown =
    against === "median"
      ? Number.isNaN(coordinateOf(value, statisticNamed(statistic).colouring, against))
        ? "–"
        : `${formatStatistic("rms", 10 ** value)} × its median`
      : formatStatistic(statistic, value);
  const word = (words as Record<number, string | undefined>)[state];
  const title = titleOf(statistic, kind);
  if (word === undefined) return `${title} ${shown}`;
  return state === NOTHING || state === ZERO || Number.isNaN(value)
    ? word
    : `${word}; ${title} of the others ${shown}`;
}

/** For screen readers: the line, the steps, and the value. */
export function cellText(shown: ShownMap, line: RowLine, bucket: number): string {
  const { first, last } = shown.map;
  if (line.rows.length === 0) return `${line.key}, an open group of ${plural(line.all.length, "row")}`;
  const name = line.rows.length > 1 ? `${line.key}, ${plural(line.rows.length, "row")}` : line.key;
  return `${name}, ${stepsInWords(first[bucket], last[bucket])}: ${valueText(shown, line, bucket)}`;
}
