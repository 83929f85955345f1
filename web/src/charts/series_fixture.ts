/** Series of a chart for tests. */

import type { Line } from "../series/line";
import type { DrawnSeries } from "./chart_content";

export function seriesOf(name: string, ...lines: Line[]): DrawnSeries {
  return { key: name, name, label: name, tag: null, style: { colour: "#000000", dash: [] }, lines };
}
