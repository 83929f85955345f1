/** The names below a chart that is saved as a picture. */

import type { RunStyle } from "../kit/colour";
import type { DrawnSeries } from "./chart_content";

/** Height of a row, in CSS pixels. */
export const LEGEND_ROW = 16;
/** A legend of more names than this is longer than the chart. */
const MOST_NAMES = 40;

export interface LegendRow {
  label: string;
  /** Null for the row that counts the names left out. */
  style: RunStyle | null;
}

export function legendOf(series: readonly DrawnSeries[]): LegendRow[] {
  const rows: LegendRow[] = series.slice(0, MOST_NAMES).map(({ label, tag, style }) => ({
    label: tag === null ? label : `${label} · ${tag}`,
    style,
  }));
  if (series.length > MOST_NAMES) rows.push({ label: `and ${series.length - MOST_NAMES} more`, style: null });
  return rows;
}
