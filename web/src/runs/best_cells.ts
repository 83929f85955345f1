/** The best value among the runs of the list, of each column that has a better and a worse. */

import { computed } from "@preact/signals";
import { listedRuns } from "./listed_runs";
import { type CellValue, senseOfColumn } from "./run_columns";
import { cellOfRun } from "./run_table";
import { shownColumns } from "./shown_columns";

const bestValues = computed<ReadonlyMap<string, number>>(() => {
  const found = new Map<string, number>();
  for (const column of shownColumns.value) {
    const sense = column.startsWith("nan:") ? null : senseOfColumn(column);
    if (sense === null) continue;
    const values = listedRuns.value
      .map((run) => cellOfRun(column, run).value)
      .filter((value): value is number => typeof value === "number" && Number.isFinite(value));
    const lowest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const highest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    // Of values that are all the same none is the best.
    if (lowest < highest) found.set(column, sense === "down" ? lowest : highest);
  }
  return found;
});

export function isBest(column: string, value: CellValue): boolean {
  return value !== null && bestValues.value.get(column) === value;
}
