/**
 * Charts whose series have one point each, as results that are recorded once: they are no curves, but dots, one for each
 * run, side by side in the order of the list of runs.
 */

import type { DrawnSeries } from "../../charts/chart_content";
import { type Hit, hitTest } from "../../charts/hit";
import type { Projection } from "../../charts/projection";
import type { Range } from "../../series/axis";
import type { Line, Marks } from "../../series/line";
import type { Chart } from "./chart_definitions";
import { type ChartData, type ChartQuery, seriesKey } from "./chart_loader";
import { type DrawnOptions, inLookOf } from "./chart_series";

/** Whether every run in sight has one point of the chart's tags at the most, and any run has one. */
export function isOfDots(
  { tags, xTag }: Pick<Chart, "tags" | "xTag">,
  data: ChartData | null,
  { runs, groups, baseline }: Pick<DrawnOptions, "runs" | "groups" | "baseline">,
): boolean {
  // A tag over another one that somebody chose for it has its dots where they belong.
  if (data === null || xTag !== null) return false;
  const names = [...runs.map((run) => run.name), ...(baseline === null ? [] : [baseline])];
  const recorded = tags.flatMap(({ name }) =>
    data.groups === null
      ? names.map((run) => pointsOf(data.lines.get(seriesKey(name, run)) ?? []))
      : (groups ?? []).map((group) => data.groups?.get(seriesKey(name, group.name))?.recorded ?? 0),
  );
  return Math.max(0, ...recorded) === 1;
}

function pointsOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { recorded }) => sum + recorded, 0);
}

/** What is asked for where dots are drawn: each run by itself, and its point wherever it lies. */
export function queryOfDots(query: ChartQuery): ChartQuery {
  return {
    ...query,
    ...{ groups: null, axis: "step", xTag: null, scale: "linear", range: null, smoothing: null },
  };
}

/** Whether the data at hand is what is asked for where dots are drawn, and not yet that of lines. */
export function isOfQuery({ axis, scale, range, groups }: ChartData, query: ChartQuery): boolean {
  return groups === null && axis === query.axis && scale === query.scale && range === query.range;
}

/** How dots are drawn: runs in the order of the list, where it has groups in the looks of these. */
export function optionsOfDots(options: DrawnOptions): DrawnOptions {
  const { groups, colours } = options;
  if (groups === null) return { ...options, isOfDots: true };
  const runs = groups.flatMap((group) => inLookOf(group, colours));
  return { ...options, ...{ runs, groups: null, colours: new Map(), isOfDots: true } };
}

/** Series that are drawn as dots, and the names of their places 0, 1, … */
export interface Dots {
  series: readonly DrawnSeries[];
  /** As much of the runs' names as tells them apart. */
  places: readonly string[];
}

export function dotsOf(series: readonly DrawnSeries[]): Dots {
  const places = new Map<string, number>();
  const labels: string[] = [];
  const moved = series.map((one) => {
    const place = places.get(one.name) ?? labels.push(one.label) - 1;
    places.set(one.name, place);
    return { ...one, lines: one.lines.map((line) => lineAt(line, place)) };
  });
  return { series: moved, places: labels };
}

/** Half a place of room on both sides. */
export function rangeOf({ places }: Dots): Range {
  return [-0.5, Math.max(places.length, 1) - 0.5];
}

function lineAt(line: Line, place: number): Line {
  const at = (column: Float64Array): Float64Array => new Float64Array(column.length).fill(place);
  const { marks } = line;
  const moved: Marks = { ...marks, x: at(marks.x), first: at(marks.first), last: at(marks.last) };
  return { ...line, x: at(line.x), first: at(line.first), last: at(line.last), marks: moved };
}

/** Where the run's dots are; null where it has none. */
export function placeOfRun({ series }: Dots, run: string | null): number | null {
  const line = series.find(({ name }) => name === run)?.lines[0];
  return line?.x[0] ?? line?.marks.x[0] ?? null;
}

/** The points of the run whose place is nearest to x, as hits on the series that the dots are of. */
export function hitsOfDots(
  { series: moved, places }: Dots,
  series: readonly DrawnSeries[],
  axes: { x: Projection; y: Projection },
  x: number,
  pixelY: number,
): Hit[] {
  const place = Math.min(Math.max(Math.round(x), 0), places.length - 1);
  const lines = new Map(series.map((one) => [one.key, one.lines]));
  // Others are whole places away; those of a crowd are less than a pixel.
  const hits = hitTest(moved, axes.x, axes.y, place, pixelY, 0);
  return hits.flatMap((hit) => {
    const line = lines.get(hit.key)?.find(({ segment }) => segment === hit.line.segment);
    return line === undefined ? [] : [{ ...hit, line }];
  });
}
