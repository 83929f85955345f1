/**
 * The statistics of a watch as overlays: of each module those of the last logging step at or before the shared place, the
 * worst of its parameters.
 */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Run } from "../../../api/catalogue";
import {
  fetchLayerMap,
  fetchLayers,
  HAS_NAN,
  HAS_NEG_INF,
  HAS_POS_INF,
  type LayerKind,
  type LayerMap,
  MEASURED,
  moduleOfRow,
} from "../../../api/layers";
import type { RecordedValue, RecordedValues } from "./recorded_values";

/** The kind of data of a watch. */
const KIND = "cutaway_watch";
/** The place of those who want the newest. */
const NEWEST = Number.MAX_SAFE_INTEGER;
/** Milliseconds: a place that is dragged asks once for several changes. */
const PAUSE = 120;

/** One statistic of one kind, as an overlay. */
export interface LayerFamily {
  /** In the link: `watch/gradient:rms`. */
  name: string;
  title: string;
  series: LayerKind;
  statistic: string;
}

export function familiesOfLayers(kinds: readonly LayerKind[]): LayerFamily[] {
  return kinds.flatMap((series) => {
    const { prefix, kind, statistics } = series;
    const of = prefix === "" ? kind : `${prefix}/${kind}`;
    return statistics.map((statistic) => ({
      ...{ name: `${of}:${statistic}`, series, statistic },
      title: statistic === "weight_ratio" ? `${kind} / weight` : `${kind} ${statistic.replace(/_/gu, " ")}`,
    }));
  });
}

/** By the path of a module the value of its row, of several the one that is farthest from zero; NaN is the worst. */
export function valuesByPath(
  { rows, kind }: Pick<LayerKind, "rows" | "kind">,
  { value, marks, first, buckets }: Pick<LayerMap, "value" | "marks" | "first" | "buckets">,
): Map<string, RecordedValue> {
  const found = new Map<string, RecordedValue>();
  if (buckets !== 1) return found;
  for (const [row, name] of rows.entries()) {
    if ((marks[row] & MEASURED) === 0) continue;
    const own = measured(value[row], marks[row]);
    const path = moduleOfRow(name, kind);
    const known = found.get(path);
    if (known === undefined || isWorse(own, known.value)) found.set(path, { value: own, step: first[0] });
  }
  return found;
}

function measured(value: number, marks: number): number {
  if ((marks & HAS_NAN) !== 0) return Number.NaN;
  if ((marks & HAS_POS_INF) !== 0) return Number.POSITIVE_INFINITY;
  return (marks & HAS_NEG_INF) !== 0 ? Number.NEGATIVE_INFINITY : value;
}

function isWorse(one: number, other: number): boolean {
  return Number.isNaN(one) || (!Number.isNaN(other) && Math.abs(one) > Math.abs(other));
}

/** Those of a run; empty until they are known. They are asked for while there is one. */
export function followFamilies(
  run: ReadonlySignal<Run | null>,
  connection: ReadonlySignal<number>,
): ReadonlySignal<readonly LayerFamily[]> {
  const found = signal<{ run: string; families: readonly LayerFamily[] } | null>(null);
  const wanted = computed(() => (run.value?.kinds[KIND] === undefined ? null : run.value.id));
  effect(() => {
    const id = wanted.value;
    void connection.value;
    if (id === null) return;
    let isOld = false;
    fetchLayers(id).then(
      ({ kinds }) => {
        if (!isOld) found.value = { run: id, families: familiesOfLayers(kinds) };
      },
      // The overlays of the graph are there without it, and a lost server is said elsewhere.
      () => undefined,
    );
    return () => {
      isOld = true;
    };
  });
  return computed(() => (found.value?.run === wanted.value ? (found.value?.families ?? []) : []));
}

export interface WantedLayers {
  family: LayerFamily;
  run: Run;
  /** A step; null for the newest. */
  at: number | null;
  connection: number;
}

/** Keep the values of what is wanted; those that are there stay until the next have come. */
export function followLayerValues(
  wanted: ReadonlySignal<WantedLayers | null>,
): ReadonlySignal<RecordedValues | null> {
  const values = signal<RecordedValues | null>(null);
  effect(() => {
    const asked = wanted.value;
    if (asked === null) return;
    let isOld = false;
    const timer = setTimeout(() => {
      const { family, run, at } = asked;
      const { prefix, kind, rows } = family.series;
      const request = { run: run.id, prefix, kind, statistic: family.statistic, of: "worst" } as const;
      fetchLayerMap({
        ...{ ...request, against: "nothing", range: null, at: at ?? NEWEST, pixels: 16 },
        rows: rows.map((_, row) => [row]),
      }).then(
        (map) => {
          if (isOld) return;
          values.value = { family: family.name, run: run.name, byPath: valuesByPath(family.series, map) };
        },
        () => undefined,
      );
    }, PAUSE);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  });
  return values;
}
