/** The curve above the map, on the same steps: where structure meets time. */

import { computed, signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { fetchScalars } from "../../api/scalars";
import type { ChartContent, DrawnSeries } from "../../charts/chart_content";
import { LineChart } from "../../charts/line_chart";
import { FRAME } from "../../kit/colour";
import { formatValue } from "../../kit/format";
import { runsFields } from "../../runs/runs_link";
import { styleOf } from "../../runs/styles";
import type { Scale } from "../../series/axis";
import type { Line } from "../../series/line";
import { currentView } from "../../state/page";
import { cursor, placeFields } from "../../state/place";
import { theme } from "../../state/preferences";
import { connection, scalarTags } from "../../state/server";
import { highlightsOf } from "../steps/highlights";
import { chartEvents } from "./chart_events";
import { GUTTER, NAMES, NARROW_NAMES, plotLeft, view, Y_AXIS } from "./geometry";
import { layersFields } from "./layers_link";
import { chosenRun, VIEW_NAME } from "./layers_state";
import { plotWidth, shownRange } from "./map_state";

const HEIGHT = 116;
/** The plot ends so far from the right of a chart. */
const RIGHT = 10;
const LIVE_INTERVAL = 1000;
/** Below this width names give way. */
const NARROW = 640;

/** The scalars of the run, those that are looked at first in front. */
export const curves = computed<readonly Tag[]>(() => {
  const id = chosenRun.value?.id ?? "";
  const own = scalarTags.value.filter(({ runs }) => runs.includes(id));
  const first = highlightsOf(
    own.map(({ name }) => name),
    () => false,
  );
  const rank = new Map(first.map((name, place) => [name, place]));
  return own.toSorted(
    (one, other) => (rank.get(one.name) ?? own.length) - (rank.get(other.name) ?? own.length),
  );
});

/** The scalar above the map; null for none. */
export const curve = computed<Tag | null>(() => {
  const { curve: name } = layersFields;
  if (name === "") return null;
  const all = curves.value;
  const found = all.find((tag) => tag.name === name);
  if (found !== undefined) return found;
  // Without a highlight there is none that says how the training went.
  const [first] = all;
  return first !== undefined && highlightsOf([first.name], () => false).length > 0 ? first : null;
});

const drawn = signal<{ tag: string; run: string; lines: readonly Line[] } | null>(null);

/** The value of the curve nearest before the end of some steps, in words; empty where there is none. */
export function curveText(step: number): string {
  const found = drawn.value;
  if (found === null || curve.value?.name !== found.tag) return "";
  let text = "";
  for (const { first, y, marks } of found.lines) {
    let at = -1;
    for (let i = 0; i < first.length && first[i] <= step; i++) at = i;
    const mark = marks.first.findLastIndex((each) => each <= step);
    const isMark = mark >= 0 && (at < 0 || marks.first[mark] >= first[at]);
    if (isMark) text = `${found.tag} ${marks.nan[mark] > 0 ? "NaN" : "Inf"}`;
    else if (at >= 0) text = `${found.tag} ${formatValue(y[at], 4)}`;
  }
  return text;
}

function followCurve(): () => void {
  let number = 0;
  let last = "";
  let lastTime = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wanted = computed(() => {
    const [tag, run] = [curve.value, chosenRun.value];
    if (tag === null || run === null || plotWidth.value < 16 || currentView.value !== VIEW_NAME) return null;
    const { attempts } = runsFields;
    const [range, pixels] = [shownRange.value, Math.round(plotWidth.value)];
    return { tag, run, attempts, range, pixels };
  });
  const stop = wanted.subscribe((next) => {
    clearTimeout(timer);
    if (next === null) return;
    const { tag, run, attempts, range, pixels } = next;
    const key = JSON.stringify([tag.id, run.id, attempts, layersFields.range, pixels, connection.peek()]);
    const wait = key === last ? Math.max(0, lastTime + LIVE_INTERVAL - performance.now()) : 0;
    timer = setTimeout(() => {
      const own = ++number;
      last = key;
      lastTime = performance.now();
      const asked = { tag: tag.id, runs: [run.id], axis: "step", scale: "linear", smoothing: null } as const;
      fetchScalars([{ ...asked, runs: [run.id], range, pixels, attempts }]).then(
        ({ charts }) => {
          if (own === number)
            drawn.value = { tag: tag.name, run: run.name, lines: charts[0].lines.get(run.id) ?? [] };
        },
        // The last one stays; a server that is gone is said elsewhere.
        () => undefined,
      );
    }, wait);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** From so many times the lowest value on a logarithm shows what a spike would flatten. */
const LOG_FROM = 100;

function yScaleOf(shown: readonly Line[]): Scale {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const line of shown)
    for (let i = 0; i < line.y.length; i++) {
      if (Number.isFinite(line.low[i])) low = Math.min(low, line.low[i]);
      if (Number.isFinite(line.high[i])) high = Math.max(high, line.high[i]);
    }
  return low > 0 && high / low >= LOG_FROM ? "log" : "linear";
}

function contentOf(): ChartContent | null {
  const found = drawn.value;
  const run = chosenRun.value;
  if (found === null || run === null || curve.value?.name !== found.tag || run.name !== found.run)
    return null;
  const series: DrawnSeries[] = [
    { key: found.tag, name: run.name, label: run.name, tag: null, style: styleOf(run), lines: found.lines },
  ];
  return {
    ...{ series, axis: "step", places: null, xScale: "linear", yScale: yScaleOf(found.lines) },
    // A loss that spikes is what is looked for here.
    ...{ xRange: shownRange.value, yRange: null, ignoresOutliers: false, best: null },
    ...{ xTitle: "step", yTitle: found.tag },
    ...FRAME[theme.value],
  };
}

export function LossCurve() {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<LineChart | null>(null);
  const names = view.value.width < NARROW ? NARROW_NAMES : NAMES;
  const left = names - Y_AXIS;
  const width = view.value.width - left - GUTTER + RIGHT;
  const isShown = curve.value !== null;
  useEffect(followCurve, []);
  useEffect(() => () => chart.current?.destroy(), []);
  // Without a curve the map stands alone.
  useEffect(() => {
    if (isShown || view.value.width === 0) return;
    plotLeft.value = names;
    plotWidth.value = Math.max(0, view.value.width - names - GUTTER);
  }, [isShown, view.value.width]);
  useEffect(() => {
    if (isShown) {
      // Before the chart is there: as wide as it will nearly be.
      if (chart.current === null && view.value.width > 0) {
        plotLeft.value = names;
        plotWidth.value = Math.max(0, view.value.width - names - GUTTER);
      }
      return;
    }
    chart.current?.destroy();
    chart.current = null;
  }, [isShown, view.value.width]);
  useEffect(() => {
    chart.current?.resize(width, HEIGHT);
  }, [width]);
  const measure = (): void => {
    const over = host.current?.querySelector<HTMLElement>(".u-over");
    if (over == null) return;
    plotLeft.value = left + over.offsetLeft;
    plotWidth.value = over.clientWidth;
  };
  const measuring = useRef(measure);
  measuring.current = measure;
  useSignalEffect(() => {
    const content = contentOf();
    const { width: room } = view.value;
    if (content === null || host.current === null || room === 0) return;
    if (chart.current === null) {
      const events = chartEvents(() => queueMicrotask(() => measuring.current()));
      chart.current = new LineChart(host.current, events, content, { width, height: HEIGHT });
    } else chart.current.update(content);
  });
  useSignalEffect(() => {
    const place = cursor.value ?? placeFields.place;
    chart.current?.point(null, place?.axis === "step" ? place.x : null);
  });
  if (!isShown) return null;
  return (
    <div class="layers-curve" style={{ height: `${HEIGHT}px` }}>
      <span class="layers-curve-name" style={{ width: `${left}px` }} title={curve.value?.name}>
        {curve.value?.name}
      </span>
      <div
        ref={host}
        class="layers-curve-plot"
        data-testid="layers-curve"
        role="img"
        aria-label={`${curve.value?.name}, over the steps of the map`}
        style={{ left: `${left}px`, width: `${Math.max(1, width)}px` }}
      />
    </div>
  );
}
