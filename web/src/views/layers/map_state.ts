/** The map's data: asked for what is in sight, when that changes or the run grows; the old one stays until then. */

import { batch, computed, effect, signal } from "@preact/signals";
import { fetchLayerMap, type LayerMap, type LayerMapRequest } from "../../api/layers";
import { AnswerError } from "../../api/request";
import { reasonOf } from "../../kit/reason";
import type { Range } from "../../series/axis";
import { currentView } from "../../state/page";
import { connection } from "../../state/server";
import { type ColourLimits, limitsOf } from "./colours";
import { layersFields } from "./layers_link";
import {
  against,
  askAgain,
  chosenRun,
  colouring,
  KIND,
  lines,
  series,
  statistic,
  VIEW_NAME,
} from "./layers_state";
import { tailOf } from "./map_picture";
import type { RowLine } from "./row_tree";

/** The width of the plot in CSS pixels, and the lines that are in sight; 0 before it is laid out. */
export const plotWidth = signal(0);
export const inSight = signal<Range>([0, 0]);

/** Lines that are asked for together, so that scrolling asks seldom. */
const AT_ONCE = 100;
/** Of a run that grows the map is asked for at most this often, in milliseconds. */
const LIVE_INTERVAL = 1000;
/** As the server has it, with room. */
const MOST_CELLS = 1_500_000;

/** A map, and whose it is. */
export interface ShownMap {
  map: LayerMap;
  /** By the keys of the lines: which row of the map. */
  place: ReadonlyMap<string, number>;
  /** What it is of, without the range: another one has colours of its own. */
  of: string;
  asked: LayerMapRequest;
}

export const shownMap = signal<ShownMap | null>(null);
export const mapProblem = signal("");
export const isReading = signal(false);
/** The limits of the colours: they stay while a run grows, and are found anew for another range or statistic. */
export const limits = signal<ColourLimits>({ low: -1, high: 1, isDiverging: false });
const fittedFor = signal("");

interface Wanted {
  request: LayerMapRequest;
  keys: readonly string[];
}

function linesAsked(all: readonly RowLine[], [first, last]: Range): readonly RowLine[] {
  const most = Math.max(AT_ONCE, Math.floor(MOST_CELLS / Math.max(1, plotWidth.value / 2)));
  const from = Math.floor(first / AT_ONCE) * AT_ONCE;
  const to = Math.min(from + most, (Math.floor(last / AT_ONCE) + 1) * AT_ONCE);
  return all.slice(from, to).filter(({ rows }) => rows.length > 0);
}

const wanted = computed<Wanted | null>(() => {
  const run = chosenRun.value;
  const shown = series.value;
  if (run === null || shown === null || plotWidth.value < 16 || currentView.value !== VIEW_NAME) return null;
  const asked = linesAsked(lines.value, inSight.value);
  return {
    request: {
      ...{ run: run.id, prefix: shown.prefix, kind: shown.kind },
      ...{ statistic: statistic.value, of: layersFields.cell, against: against.value },
      ...{ range: layersFields.range, pixels: Math.round(plotWidth.value) },
      rows: asked.map(({ rows }) => [...rows]),
    },
    keys: asked.map(({ key }) => key),
  };
});

/** The same text while the same is wanted. */
const wantedText = computed(() => JSON.stringify(wanted.value?.request ?? null));

export function ofMap({ run, prefix, kind, statistic, of, against }: LayerMapRequest): string {
  return JSON.stringify([run, prefix, kind, statistic, of, against]);
}

export function followMap(): void {
  let number = 0;
  let last = "";
  let lastTime = Number.NEGATIVE_INFINITY;
  let under: AbortController | null = null;
  effect(() => {
    const text = wantedText.value;
    const revision = chosenRun.value?.kinds[KIND] ?? 0;
    const key = `${text} ${connection.value}`;
    const next = wanted.peek();
    if (next === null || revision === 0) return;
    const wait = key === last ? Math.max(0, lastTime + LIVE_INTERVAL - performance.now()) : 0;
    const timer = setTimeout(() => {
      const own = ++number;
      last = key;
      lastTime = performance.now();
      under?.abort();
      under = new AbortController();
      isReading.value = true;
      fetchLayerMap(next.request, under.signal).then(
        (map) => {
          if (own === number) take(next, map);
        },
        (error: unknown) => {
          if (own !== number) return;
          // An id is unknown after a restart until the catalogue is here; a lost server is said elsewhere.
          const isExpected =
            error instanceof TypeError || (error instanceof AnswerError && error.status === 404);
          batch(() => {
            isReading.value = false;
            if (!isExpected) mapProblem.value = reasonOf(error);
          });
        },
      );
    }, wait);
    return () => clearTimeout(timer);
  });
}

function take({ request, keys }: Wanted, map: LayerMap): void {
  if (map.layout !== series.peek()?.layout) {
    askAgain();
    return;
  }
  batch(() => {
    const of = ofMap(request);
    shownMap.value = { map, place: new Map(keys.map((key, place) => [key, place])), of, asked: request };
    isReading.value = false;
    mapProblem.value = "";
    const fitted = `${of} ${String(request.range)}`;
    if (fitted !== fittedFor.peek()) {
      fittedFor.value = fitted;
      fitColours();
    }
  });
}

/** Find the limits of the colours anew, of what is shown. */
export function fitColours(): void {
  const shown = shownMap.peek();
  if (shown !== null) limits.value = limitsOf(shown.map.value, colouring.peek(), against.peek());
}

/** Whether the colours do not fit what is shown any more: a run has grown beyond them. */
export const isOutgrown = computed(() => {
  const shown = shownMap.value;
  if (shown === null) return false;
  const now = limitsOf(shown.map.value, colouring.value, against.value);
  const known = limits.value;
  const size = Math.max(1e-9, known.high - known.low);
  return Math.abs(now.low - known.low) > size / 10 || Math.abs(now.high - known.high) > size / 10;
});

/** The steps that are shown: those of the link, else all of the run. */
export const shownRange = computed<Range>(() => {
  const asked = layersFields.range;
  if (asked !== null) return asked;
  const shown = shownMap.value;
  const known = series.value?.steps ?? null;
  const map = shown !== null && shown.asked.range === null ? shown.map : null;
  const first = map !== null && map.first.length > 0 ? map.first[0] : (known?.[0] ?? 0);
  const last = map !== null && map.last.length > 0 ? map.last[map.last.length - 1] : (known?.[1] ?? 1);
  const end = last + (map === null ? 0 : tailOf(map));
  // A run goes on between logging steps, and when its watch is closed.
  return [first, Math.max(end, chosenRun.value?.last_step ?? end, first + 1)];
});
