/**
 * Where the values of an entry were recorded: a bucket knows its lowest and highest value, and the server the steps.
 * A group's are those of all its runs, each with the run that it belongs to.
 */

import type { Tag } from "../../api/catalogue";
import {
  type ExtremesRequest,
  fetchExtremes,
  type NotFinite,
  type RecordedPoint,
  type SegmentExtremes,
} from "../../api/extremes";
import type { Hit } from "../../charts/hit";
import { formatStep, formatValue } from "../../kit/format";
import { fetchedRuns, shownGroups } from "../../runs/listed_runs";
import { runsFields } from "../../runs/runs_link";
import { shortName } from "../../runs/short_names";
import type { Axis } from "../../series/axis";
import { bucketNumber } from "../../series/line";
import type { Chart } from "./chart_definitions";
import { chartFields } from "./chart_link";
import { seriesKey } from "./chart_loader";
import { xTag } from "./charts_of_log";

/** A point as it was recorded. */
export interface Spot {
  /** The run's name. */
  run: string;
  x: number;
  step: number;
  value: number;
}

/** The first of some values that are not finite, and how many there are. */
export interface Spots {
  count: number;
  first: Spot | null;
}

export interface Extremes {
  min: Spot | null;
  max: Spot | null;
  nan: Spots;
  posInf: Spots;
  negInf: Spots;
  /** The point nearest to the place that was asked for. */
  near: Spot | null;
}

export type Pointed = Pick<Hit, "key" | "name" | "line" | "entry" | "mark">;

/** The bounds of what was hit. */
function boundsOf({ line, entry, mark }: Pointed): { first: number; last: number } {
  const { first, last } = entry < 0 ? line.marks : line;
  const place = entry < 0 ? mark : entry;
  return { first: first[place], last: last[place] };
}

/** The bucket that was hit, as the server knows it; null for a point. */
export function bucketOfHit(hit: Pointed): NonNullable<ExtremesRequest["bucket"]> | null {
  const { grid } = hit.line;
  const { first, last } = boundsOf(hit);
  const number = bucketNumber(hit.line, first, last);
  const isPoint = hit.entry >= 0 && hit.line.isBucket[hit.entry] === 0;
  if (isPoint || grid === undefined || number === null) return null;
  return { scale: grid.scale, level: grid.level, number };
}

export function tagOfSeries(chart: Chart, { key, name }: Pick<Hit, "key" | "name">): Tag | undefined {
  return chart.tags.find((tag) => seriesKey(tag.name, name) === key);
}

/** The runs of a series by their ids: those of a group, or one. */
export function runsOfSeries({ name, line }: Pick<Hit, "name" | "line">): ReadonlyMap<string, string> {
  const members = line.runs === undefined ? null : shownGroups.value?.find((group) => group.name === name);
  const runs = members?.runs ?? fetchedRuns.value.filter((run) => run.name === name);
  return new Map(runs.map((run) => [run.id, run.name]));
}

/** The request for some runs of a chart's tag, as the chart draws them; the stretch is to be added. */
export function asksFor(chart: Chart, tag: Tag, axis: Axis, runs: Iterable<string>): ExtremesRequest {
  const onTag = chart.xTag ?? xTag.value;
  return {
    ...{ tag: tag.id, runs: [...runs], axis },
    ...(axis === "tag" && onTag !== null && { x_tag: onTag.id }),
    ...(chartFields.hasSuperseded && { superseded: true }),
    ...(runsFields.attempts !== "all" && { attempts: runsFields.attempts }),
  };
}

/** Ask for the extremes of the bucket that was hit, and for the point in it nearest to x; null where there are none. */
export async function extremesOfHit(
  chart: Chart,
  axis: Axis,
  hit: Pointed,
  near: number | null,
): Promise<Extremes | null> {
  const tag = tagOfSeries(chart, hit);
  const bucket = bucketOfHit(hit);
  if (tag === undefined || bucket === null) return null;
  const runs = runsOfSeries(hit);
  const asked = { ...asksFor(chart, tag, axis, runs.keys()), bucket, ...(near !== null && { near }) };
  const { charts } = await fetchExtremes([asked]);
  return combined(charts[0].series, runs, hit, near);
}

/** The extremes of one series: of the segment that was hit, or of all runs of a group; null where they have no point. */
export function combined(
  found: readonly SegmentExtremes[],
  runs: ReadonlyMap<string, string>,
  { line }: Pick<Hit, "line">,
  near: number | null,
): Extremes | null {
  const own = found.filter(
    ({ run, segment }) => runs.has(run) && (line.runs !== undefined || segment === line.segment),
  );
  if (own.length === 0) return null;
  const spots = (point: (segment: SegmentExtremes) => RecordedPoint | null): Spot[] =>
    own.flatMap((segment) => {
      const at = point(segment);
      if (at === null) return [];
      return [{ run: runs.get(segment.run) ?? "", x: at.x, step: at.step, value: Number(at.value) }];
    });
  const least = (some: readonly Spot[], order: (spot: Spot) => number): Spot | null =>
    some.reduce<Spot | null>(
      (best, spot) => (best === null || order(spot) < order(best) ? spot : best),
      null,
    );
  const notFinite = (sort: (segment: SegmentExtremes) => NotFinite): Spots => ({
    count: own.reduce((sum, segment) => sum + sort(segment).count, 0),
    first: least(
      spots((segment) => sort(segment).first),
      ({ x }) => x,
    ),
  });
  return {
    min: least(
      spots(({ min }) => min),
      ({ value }) => value,
    ),
    max: least(
      spots(({ max }) => max),
      ({ value }) => -value,
    ),
    nan: notFinite(({ nan }) => nan),
    posInf: notFinite(({ pos_inf }) => pos_inf),
    negInf: notFinite(({ neg_inf }) => neg_inf),
    near:
      near === null
        ? null
        : least(
            spots((segment) => segment.near),
            ({ x }) => Math.abs(x - near),
          ),
  };
}

/** "12,345" where steps are on the axis, else "step 12,345"; of a group with the run. */
export function formatSpot(axis: Axis, { step, run }: Spot, isGroup: boolean): string {
  return `${axis === "step" ? "" : "step "}${formatStep(step)}${isGroup ? ` (${shortName(run)})` : ""}`;
}

/** In words: "max 6.66 at 12,345", "min −1 at 12,301", "NaN from 12,400"; those that there are. */
export function extremesInWords(axis: Axis, found: Extremes, isGroup: boolean, digits = 6): string[] {
  const { min, max, nan, posInf, negInf } = found;
  const at = (spot: Spot): string => formatSpot(axis, spot, isGroup);
  const words: string[] = [];
  if (max !== null) words.push(`max ${formatValue(max.value, digits)} at ${at(max)}`);
  if (min !== null && min.value !== max?.value)
    words.push(`min ${formatValue(min.value, digits)} at ${at(min)}`);
  for (const [{ count, first }, word] of [
    [nan, "NaN"],
    [posInf, "+Inf"],
    [negInf, "−Inf"],
  ] as const) {
    if (first !== null) words.push(`${word} ${count > 1 ? "from" : "at"} ${at(first)}`);
  }
  return words;
}
