/** The series that a chart draws: its data with their styles, of runs or of groups, compared where that is asked for. */

import type { Run } from "../../api/catalogue";
import { type Band, linesOfGroup, type Statistic } from "../../api/groups";
import type { DrawnSeries } from "../../charts/chart_content";
import { runStyle, type Theme } from "../../kit/colour";
import { formatValue, plural } from "../../kit/format";
import type { RunGroup } from "../../runs/run_groups";

import { shortName } from "../../runs/short_names";
import { type Coloured, styleIn } from "../../runs/styles";
import { type Comparison, compared, withMargin } from "../../series/compare";
import type { Between, Line } from "../../series/line";
import type { Chart } from "./chart_definitions";
import { type ChartData, seriesKey } from "./chart_loader";

export interface DrawnOptions {
  runs: readonly Run[];
  groups: readonly RunGroup[] | null;
  colours: ReadonlyMap<string, number>;
  shade: Theme;
  statistic: Statistic;
  band: Band;
  baseline: string | null;
  comparison: Comparison;
  /** Whether each run has one point, which is compared wherever it lies. */
  isOfDots?: boolean;
}

/** The runs of a group, each in the look of the group. */
export function inLookOf(
  { name, color, share, runs }: RunGroup,
  colours: ReadonlyMap<string, number>,
): (Run & Coloured)[] {
  const chosen = colours.get(name);
  const look = { color: chosen ?? color, ...(chosen === undefined && share !== undefined && { share }) };
  return runs.map((run) => ({ ...run, ...look }));
}

export function drawnSeries(chart: Chart, data: ChartData | null, options: DrawnOptions): DrawnSeries[] {
  if (data === null) return [];
  const { runs, groups, colours, shade, baseline, comparison } = options;
  const items: readonly Coloured[] = data.groups === null ? runs : (groups ?? []);
  const lines = linesBy(data, options);
  const bounds = new Map(chart.margins.map(([value, lower, upper]) => [value, [lower, upper]]));
  const isBound = new Set(chart.margins.flatMap(([, lower, upper]) => [lower, upper]));
  const drawn = chart.tags.filter(({ name }) => bounds.has(name) || !isBound.has(name));
  const reference =
    baseline === null || data.groups === null
      ? baseline
      : (groups?.find((group) => group.runs.some((run) => run.name === baseline))?.name ?? null);
  const series: DrawnSeries[] = [];
  for (const item of items) {
    for (const [position, tag] of drawn.entries()) {
      let own = lines(tag.name, item.name);
      const margin = bounds.get(tag.name);
      if (margin !== undefined) {
        const [lower, upper] = margin.map((name) => lines(name, item.name));
        own = own.map((line) => withMargin(line, lower, upper));
      }
      if (own.length > 0 && reference !== null) {
        const base = lines(tag.name, reference);
        own = compared(own, options.isOfDots ? base.map((line) => placedAs(line, own[0])) : base, comparison);
      }
      // Point by point a run never differs from itself, however wide its buckets are; a band of its own stays.
      if (item.name === reference)
        own = own.map((line) => (line.hasForeignBand ? line : { ...line, low: line.y, high: line.y }));
      if (own.length === 0) continue;
      // One run tells its tags apart by colour; several keep theirs, and tell tags apart by dashes.
      const isAlone = items.length === 1 && drawn.length > 1;
      const style = isAlone ? runStyle(position, shade) : styleIn(item, colours, shade, position);
      const { name } = item;
      const key = seriesKey(tag.name, name);
      const label = shortName(name);
      series.push({ key, name, label, tag: drawn.length > 1 ? tag.name : null, style, lines: own });
    }
  }
  return series;
}

/** A line of one point, at the place of another one. */
function placedAs(line: Line, { x, first, last }: Line): Line {
  return { ...line, x, first, last };
}

function linesBy(
  { lines, groups }: ChartData,
  { statistic, band }: DrawnOptions,
): (tag: string, name: string) => readonly Line[] {
  if (groups === null) return (tag, name) => lines.get(seriesKey(tag, name)) ?? [];
  return (tag, name) => {
    const group = groups.get(seriesKey(tag, name));
    return group === undefined ? [] : linesOfGroup(group, statistic, band);
  };
}

/** The text that a screen reader says of a chart: "loss, 3 runs, last 0.031". */
export function summarise(title: string, series: readonly DrawnSeries[], kind: "run" | "group"): string {
  const lasts = series
    .map(({ lines }) => lines[lines.length - 1].y.at(-1))
    .filter((value): value is number => value !== undefined);
  const low = Math.min(...lasts);
  const high = Math.max(...lasts);
  const parts = [title, plural(new Set(series.map(({ name }) => name)).size, kind)];
  if (lasts.length > 0) {
    const range =
      low === high || Number.isNaN(low)
        ? formatValue(low, 4)
        : `${formatValue(low, 4)} to ${formatValue(high, 4)}`;
    parts.push(`last ${range}`);
  }
  return parts.join(", ");
}

/** Points that have no place on the axis, as those at step 0 on a log axis. */
export function countLeftOut(series: readonly DrawnSeries[]): number {
  return series.flatMap(({ lines }) => lines).reduce((sum, line) => sum + line.leftOut, 0);
}

/** Whether the points of any series were not told apart. */
export function isApproximate(series: readonly DrawnSeries[]): boolean {
  return series.some(({ lines }) => lines.some((line) => line.isApproximate === true));
}

/** How another tag on the x axis was put between its steps; "joined" where that holds of any series. */
export function betweenOf(series: readonly DrawnSeries[]): Between | null {
  const ways = new Set(series.flatMap(({ lines }) => lines.map(({ between }) => between)));
  return (["joined", "interpolated", "held"] as const).find((way) => ways.has(way)) ?? null;
}
