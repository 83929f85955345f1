/**
 * What the details say: the value of each curve at the place, its distance to another, and its extremes. A chart tells
 * what it draws there; the server then says what was recorded, and at which step.
 */

import { computed, effect, signal } from "@preact/signals";
import { type ExtremesRequest, fetchExtremes } from "../../api/extremes";
import type { DrawnSeries } from "../../charts/chart_content";
import type { Hit } from "../../charts/hit";
import type { Axis, Range } from "../../series/axis";
import { type BestPlace, bestOf } from "../../series/best";
import { placeFields } from "../../state/place";
import type { Chart } from "./chart_definitions";
import { chartFields } from "./chart_link";
import {
  asksFor,
  bucketOfHit,
  combined,
  type Extremes,
  runsOfSeries,
  type Spot,
  tagOfSeries,
} from "./extremes";

export interface DetailsContent {
  chart: Chart;
  axis: Axis;
  xName: string;
  x: number;
  /** The range that the curves were asked for; null for everything. */
  range: Range | null;
  hits: readonly Hit[];
  series: readonly DrawnSeries[];
}

/** Set by the chart that was clicked, as long as it is there; it stays when the chart is scrolled away. */
export const details = signal<DetailsContent | null>(null);

/** The details while they are open; of the chart that a link marks nothing is known before it is drawn. */
export const openDetails = computed<DetailsContent | null>(() => {
  const content = details.value;
  const isOpen = placeFields.place !== null && chartFields.detailed === content?.chart.key;
  return isOpen ? content : null;
});

/** The key of the series that the others' distances are to; the first one when it is not there. */
export const reference = signal<string | null>(null);

/** What was recorded of one series: at the place or before it, in the bucket there, and in the whole range. */
export interface Recorded {
  at: Spot | null;
  here: Extremes | null;
  all: Extremes | null;
}

interface Answer {
  content: Pick<DetailsContent, "chart" | "axis" | "x">;
  bySeries: ReadonlyMap<string, Recorded>;
}

const answer = signal<Answer | null>(null);

/** What was recorded, by the keys of the series; empty until that is known of the place. */
const recorded = computed<ReadonlyMap<string, Recorded>>(() => {
  const [content, known] = [openDetails.value, answer.value];
  if (content === null || known === null) return new Map();
  const { chart, axis, x } = known.content;
  const isOfPlace = chart.key === content.chart.key && axis === content.axis && x === content.x;
  return isOfPlace ? known.bySeries : new Map();
});

export interface Row {
  hit: Hit;
  /** Null until it is known. */
  recorded: Recorded | null;
  /** The recorded value at the place; of what is smoothed, computed or a group's, what is drawn there. */
  value: number;
  difference: number;
  lowest: BestPlace | null;
  highest: BestPlace | null;
}

function drawnValue({ line, entry }: Hit): number {
  return entry < 0 ? Number.NaN : (line.smooth ?? line.y)[entry];
}

/** Whether the line is of values as they were recorded. */
export function isRecorded({ line }: Pick<Hit, "line">): boolean {
  return line.smooth === null && line.isComputed !== true && line.runs === undefined;
}

/** The series that the distances are to. */
export function baseOf(content: DetailsContent): Hit | undefined {
  return content.hits.find((hit) => hit.key === reference.value) ?? content.hits[0];
}

export const rows = computed<Row[]>(() => {
  const content = openDetails.value;
  if (content === null) return [];
  const linesOf = new Map(content.series.map((series) => [series.key, series.lines]));
  const everywhere = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  const shownValue = (hit: Hit): number => {
    const at = isRecorded(hit) ? (recorded.value.get(hit.key)?.at ?? null) : null;
    return at === null ? drawnValue(hit) : at.value;
  };
  const base = baseOf(content);
  return content.hits
    .map((hit) => {
      const found = recorded.value.get(hit.key) ?? null;
      const lines = linesOf.get(hit.key) ?? [];
      const drawn = (best: "lowest" | "highest"): BestPlace | null => bestOf(lines, best, ...everywhere);
      return {
        hit,
        recorded: found,
        value: shownValue(hit),
        difference: base === undefined ? Number.NaN : shownValue(hit) - shownValue(base),
        lowest: exactly(found?.all?.min) ?? drawn("lowest"),
        highest: exactly(found?.all?.max) ?? drawn("highest"),
      };
    })
    .sort((one, other) =>
      Number.isNaN(one.value) || Number.isNaN(other.value)
        ? Number(Number.isNaN(one.value)) - Number(Number.isNaN(other.value))
        : other.value - one.value,
    );
});

function exactly(spot: Spot | null | undefined): BestPlace | null {
  return spot == null ? null : { x: spot.x, y: spot.value, first: spot.x, last: spot.x, isClosed: true };
}

/** In milliseconds: a chart that grows changes its curves often. */
const PAUSE = 150;

/** Ask what was recorded at the place, whenever another one is fixed and when the curves there have grown. */
export function followDetails(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBusy = false;
  let last: DetailsContent | null = null;
  const ask = async (content: DetailsContent): Promise<void> => {
    isBusy = true;
    try {
      answer.value = { content, bySeries: await fetchRecorded(content) };
    } catch {
      // A server that is gone is said elsewhere; what is drawn is there.
    } finally {
      isBusy = false;
      if (last !== content) schedule();
    }
  };
  const schedule = (): void => {
    clearTimeout(timer);
    const content = last;
    if (content !== null && !isBusy) timer = setTimeout(() => void ask(content), PAUSE);
  };
  effect(() => {
    last = openDetails.value;
    schedule();
  });
}

async function fetchRecorded(content: DetailsContent): Promise<Map<string, Recorded>> {
  const { chart, axis, x, range, hits } = content;
  const asked: ExtremesRequest[] = [];
  const places: { hit: Hit; at: number; all: number; here: number | null }[] = [];
  for (const tag of chart.tags) {
    const own = hits.filter((hit) => tagOfSeries(chart, hit) === tag && hit.line.isComputed !== true);
    if (own.length === 0) continue;
    const runs = new Set(own.flatMap((hit) => [...runsOfSeries(hit).keys()]));
    const base = asksFor(chart, tag, axis, runs);
    const at = asked.push({ ...base, range: [-Number.MAX_VALUE, x], near: x }) - 1;
    const all = asked.push({ ...base, range }) - 1;
    const buckets = new Map<number, number>();
    for (const hit of own) {
      const bucket = bucketOfHit(hit);
      const known = bucket == null ? null : buckets.get(bucket.number);
      const here = bucket == null ? null : (known ?? asked.push({ ...base, bucket }) - 1);
      if (bucket != null && here !== null) buckets.set(bucket.number, here);
      places.push({ hit, at, all, here });
    }
  }
  if (asked.length === 0) return new Map();
  const { charts } = await fetchExtremes(asked);
  return new Map(
    places.map(({ hit, at, all, here }) => {
      const runs = runsOfSeries(hit);
      const of = (place: number): Extremes | null => combined(charts[place].series, runs, hit, x);
      return [hit.key, { at: of(at)?.near ?? null, all: of(all), here: here === null ? null : of(here) }];
    }),
  );
}
