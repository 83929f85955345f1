/**
 * Pointing at the marks of values that are not finite, at the upper and the lower edge of a chart: the lines with one there
 * come first, those that were not finite first before the others, each with the first step at which it was not.
 */

import type { Hit } from "../../charts/hit";
import type { NotFinite } from "../../runs/not_finite";
import { describePlace, notFiniteOf } from "../../runs/not_finite";
import { runRows } from "../../runs/run_table";
import { catalogue } from "../../state/server";
import type { Chart } from "./chart_definitions";

/** How far from the edge the marks are pointed at, in pixels. */
const REACH = 14;

/** Whether the pointer is where marks are drawn, of a plot of a height in pixels. */
function isAtEdge(top: number, height: number): boolean {
  return top <= REACH || top >= height - REACH;
}

/** The hits in their order, and by their keys "NaN from 1,201"; no texts where no mark is pointed at. */
export interface MarkedHits {
  hits: readonly Hit[];
  firstSteps: ReadonlyMap<string, string> | null;
}

/** Where the scalar of a hit is first not finite in its run; null where that is not known, as of a group. */
export function firstOfHit(chart: Chart, hit: Hit): NotFinite | null {
  const tag = hit.tag === null ? chart.tags[0] : chart.tags.find(({ name }) => name === hit.tag);
  const run = catalogue.peek()?.runs.find(({ name }) => name === hit.name);
  if (tag === undefined || run === undefined || hit.line.runs !== undefined) return null;
  return notFiniteOf(runRows.peek().get(run.id)?.not_finite ?? {}, tag.id)[0] ?? null;
}

/** The hits of a pointer so far below the top of a plot of a height in pixels; `firstOf` is as `firstOfHit`. */
export function marksFirst(
  hits: readonly Hit[],
  top: number,
  height: number,
  firstOf: (hit: Hit) => NotFinite | null,
): MarkedHits {
  const marked = isAtEdge(top, height) ? hits.filter(({ mark }) => mark >= 0) : [];
  if (marked.length === 0) return { hits, firstSteps: null };
  const places = new Map(marked.map((hit) => [hit, firstOf(hit)]));
  const stepOf = (hit: Hit): number => places.get(hit)?.step ?? Number.POSITIVE_INFINITY;
  const texts = marked.flatMap((hit) => {
    const place = places.get(hit) ?? null;
    return place === null ? [] : [[hit.key, describePlace(place)] as const];
  });
  const byStep = marked.toSorted((one, other) => stepOf(one) - stepOf(other) || 0);
  return { hits: [...byStep, ...hits.filter((hit) => !places.has(hit))], firstSteps: new Map(texts) };
}
