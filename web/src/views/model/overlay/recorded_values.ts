/**
 * The values of a family of scalars at the shared place: of each module the last one that was recorded at or before it,
 * in the run of the model. Asked for while a family is the overlay; those that are there stay until the next have come.
 */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Run } from "../../../api/catalogue";
import { type ExtremesRequest, fetchExtremes, type SegmentExtremes } from "../../../api/extremes";
import type { Attempts } from "../../../api/scalars";
import type { Place } from "../../../api/values";
import type { Family } from "./families";

export interface RecordedValue {
  value: number;
  step: number;
}

export interface RecordedValues {
  /** The family's name, and the run's. */
  family: string;
  run: string;
  /** By the path of the module. */
  byPath: ReadonlyMap<string, RecordedValue>;
}

export interface WantedValues {
  family: Family;
  run: Run;
  place: Place | null;
  attempts: Attempts;
  /** Counts connections: after another start of the server ids are others. */
  connection: number;
}

/** The server takes no more charts in one request. */
const MOST_AT_ONCE = 256;
/** Milliseconds: a place that is dragged, and a run that is written, ask once for several changes. */
const PAUSE = 120;
const RETRY = 2000;

function requestOf(tag: string, { run, place, attempts }: WantedValues): ExtremesRequest {
  return {
    ...{ tag, runs: [run.id], axis: place?.axis ?? "step" },
    range: place === null ? null : [-Number.MAX_VALUE, place.x],
    near: place?.x ?? Number.MAX_VALUE,
    ...(attempts !== "all" && { attempts }),
  };
}

/** Of the segments of a run the point that is farthest along the axis. */
export function newest(series: readonly SegmentExtremes[]): RecordedValue | null {
  const points = series.flatMap(({ near }) => (near === null ? [] : [near]));
  if (points.length === 0) return null;
  const last = points.reduce((best, point) => (point.x >= best.x ? point : best));
  return { value: Number(last.value), step: last.step };
}

/** Ask for the values of all members. */
export async function fetchFamily(wanted: WantedValues): Promise<RecordedValues> {
  const members = [...wanted.family.members];
  const byPath = new Map<string, RecordedValue>();
  for (let from = 0; from < members.length; from += MOST_AT_ONCE) {
    const asked = members.slice(from, from + MOST_AT_ONCE);
    const { charts } = await fetchExtremes(asked.map(([, tag]) => requestOf(tag.id, wanted)));
    for (const [i, [path]] of asked.entries()) {
      const found = newest(charts[i].series);
      if (found !== null) byPath.set(path, found);
    }
  }
  return { family: wanted.family.name, run: wanted.run.name, byPath };
}

/** What the answer depends on; empty where nothing is asked for. */
function keyOf(wanted: WantedValues | null): string {
  if (wanted === null) return "";
  const { family, run, place, attempts, connection } = wanted;
  const tags = [...family.members.values()].map(({ id }) => id);
  return JSON.stringify([tags, run.id, run.kinds.scalars ?? 0, place, attempts, connection]);
}

/** Keep the values of what is wanted. */
export function followValues(
  wanted: ReadonlySignal<WantedValues | null>,
  fetch: typeof fetchFamily = fetchFamily,
): ReadonlySignal<RecordedValues | null> {
  const values = signal<RecordedValues | null>(null);
  const isBusy = signal(false);
  let known = "";
  const ask = async (asked: WantedValues): Promise<void> => {
    isBusy.value = true;
    try {
      values.value = await fetch(asked);
      known = keyOf(asked);
    } catch {
      // A lost server is said elsewhere, and an id is unknown until the catalogue is here.
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
    isBusy.value = false;
  };
  effect(() => {
    const asked = wanted.value;
    if (isBusy.value || asked === null || keyOf(asked) === known) return;
    const timer = setTimeout(() => void ask(asked), PAUSE);
    return () => clearTimeout(timer);
  });
  return values;
}
