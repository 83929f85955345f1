/** A chart: asks for its data while it is in or near the window, draws them, and tells where the pointer is. */

import { batch, type ReadonlySignal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChartContent, DrawnSeries } from "../../charts/chart_content";
import { drawSoon } from "../../charts/draw_queue";
import { hitTest } from "../../charts/hit";
import { type ChartFacts, LineChart } from "../../charts/line_chart";
import { FRAME } from "../../kit/colour";
import { groupOfRun } from "../../runs/listed_runs";
import { runsFields } from "../../runs/runs_link";
import { AXIS_TITLES } from "../../series/axis";
import type { Between } from "../../series/line";
import { emphasis } from "../../state/emphasis";
import { cursor, placeFields } from "../../state/place";
import { sharing, theme } from "../../state/preferences";
import { useSight, useSize } from "../cards/use_sight";
import type { Chart } from "./chart_definitions";
import { chartEvents, type EventTarget, leaveCharts, onKeyDown } from "./chart_events";
import { ChartHeader, type Outside } from "./chart_header";
import { drawnOptions } from "./chart_inputs";
import { chartFields } from "./chart_link";
import type { ChartData } from "./chart_loader";
import type { NamedTable } from "./chart_menu";
import { chartQuery, shownRange, xNameOf } from "./chart_query";
import { betweenOf, drawnSeries, summarise } from "./chart_series";
import { details } from "./details_data";
import { type Dots, dotsOf, isOfDots, isOfQuery, optionsOfDots, queryOfDots, rangeOf } from "./dots";
import { Reading } from "./reading";
import { screenCsv, screenCsvName } from "./screen_csv";
import { tooltip } from "./tooltip_state";
import { useChartData, useMembers } from "./use_chart_data";

const EVERYWHERE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
const NONE_PENDING: ReadonlySet<string> = new Set();
const NOTHING_OUTSIDE: Outside = { above: 0, below: 0, noPlace: 0 };

function titleOfTag(name: string, between: Between | null): string {
  return between === null ? name : `${name} (${between === "joined" ? "at equal steps" : between})`;
}

function contentOf(
  chart: Chart,
  { axis }: ChartData,
  series: readonly DrawnSeries[],
  dots: Dots | null,
): ChartContent {
  const { ranges, xScale, yScale, ignoresOutliers, best } = chartFields;
  const { baseline, comparison } = runsFields;
  const yTitle = chart.tags.length === 1 ? chart.tags[0].name : "value";
  const across =
    dots === null
      ? {
          ...{ series, places: null },
          xScale: axis === "wall" ? "linear" : xScale,
          xRange: shownRange(chart, axis),
          xTitle: axis === "tag" ? titleOfTag(xNameOf(chart), betweenOf(series)) : AXIS_TITLES[axis],
        }
      : { ...dots, xScale: "linear" as const, xRange: rangeOf(dots), xTitle: "run" };
  return {
    ...across,
    ...{ axis, yScale, ignoresOutliers, best },
    yTitle: baseline === null ? yTitle : `${yTitle}, ${comparison} to ${baseline}`,
    yRange: ranges.get(chart.key)?.y ?? null,
    ...FRAME[theme.value],
  };
}

/** `label` is the name that is shown: as much of it as the section does not say. */
export function ChartCard({ chart, label }: { chart: Chart; label: string }) {
  const card = useRef<HTMLElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const drawing = useRef<LineChart | null>(null);
  const current = useSignal(chart);
  current.value = chart;
  const outside = useSignal(NOTHING_OUTSIDE);
  const isDrawn = useSignal(false);
  const isInSight = useSight(host);
  const size = useSize(host);
  const drawnAxis = useSignal<ChartData["axis"] | null>(null);
  const hasDots = useSignal(false);
  const query = useComputed(() => {
    const { width } = size.value;
    if (!isInSight.value || width === 0) return null;
    const asked = { ...chartQuery(current.value, width, drawnAxis.value), place: () => host.current };
    return hasDots.value ? queryOfDots(asked) : asked;
  });
  const { data, error, isUpToDate, isReading } = useChartData(query);
  const members = useMembers(current, query);
  const series = useComputed(() => {
    const options = hasDots.value ? optionsOfDots(drawnOptions.value) : drawnOptions.value;
    return drawnSeries(current.value, data.value, options);
  });
  const dots = useComputed(() => (hasDots.value ? dotsOf(series.value) : null));
  const target: EventTarget = { chart: current, data, series, dots, drawing, host };
  const drawnKey = useRef({});

  useEffect(
    () => () => {
      drawSoon(drawnKey.current, null);
      drawing.current?.destroy();
      if (tooltip.peek()?.chart.key === current.peek().key) leaveCharts();
    },
    [],
  );

  useSignalEffect(() => {
    batch(() => {
      drawnAxis.value = data.value?.axis ?? null;
      hasDots.value = isOfDots(current.value, data.value, drawnOptions.value);
    });
  });

  /** "ready" when the data that was asked for has been drawn. */
  function tellState(): void {
    if (card.current !== null) card.current.dataset.state = isUpToDate() ? "ready" : "loading";
  }

  useSignalEffect(() => {
    if (query.value !== null && (drawing.current === null || !isUpToDate())) tellState();
  });

  // Draw.
  useSignalEffect(() => {
    const fetched = data.value;
    const { width, height } = size.value;
    if (width === 0 || height === 0 || (!isInSight.value && drawing.current === null)) return;
    // Dots are drawn of runs one by one, and of points wherever they lie.
    if (fetched === null || (dots.value !== null && query.value !== null && !isOfQuery(fetched, query.value)))
      return;
    const content = contentOf(current.value, fetched, series.value, dots.value);
    const isLookedAt = isPointedAt() || document.activeElement === host.current;
    const isOld =
      dots.value === null &&
      query.value?.axis === fetched.axis &&
      String(fetched.range) !== String(content.xRange);
    // Where the user drags or types, the data at hand is drawn at once; elsewhere the old picture stays until the finer one
    // is there.
    if (isOld && !isLookedAt && drawing.current !== null) return;
    const kind = fetched.groups === null ? "run" : "group";
    const { title } = current.value;
    const draw = (): void => {
      if (drawing.current === null) {
        const events = { ...chartEvents(target), onDraw };
        drawing.current = new LineChart(host.current as HTMLDivElement, events, content, { width, height });
        isDrawn.value = true;
      } else {
        drawing.current.resize(width, height);
        drawing.current.update(content);
      }
      host.current?.setAttribute("aria-label", summarise(title, content.series, kind));
      if (card.current !== null) card.current.dataset.series = String(content.series.length);
      tellState();
    };
    drawSoon(drawnKey.current, draw, isLookedAt);
  });

  // Emphasise.
  useSignalEffect(() => {
    const name = emphasis.value;
    const place = cursor.value ?? placeFields.place;
    const axis = isDrawn.value ? data.value?.axis : undefined;
    const isMine =
      sharing.value === "all" ||
      place === placeFields.place ||
      tooltip.value?.chart.key === current.value.key;
    // Of groups, that which the run is in stands out.
    const isGrouped = data.value?.groups != null && name !== null;
    const standing = isGrouped ? (groupOfRun.value.get(name)?.name ?? name) : name;
    drawing.current?.point(
      standing,
      isMine && place?.axis === axis && dots.value === null ? (place?.x ?? null) : null,
      members.value,
    );
    if (card.current !== null) card.current.dataset.members = String(members.value.length);
  });

  useDetails(target, isDrawn);

  function isPointedAt(): boolean {
    return tooltip.peek()?.chart.key === current.peek().key;
  }

  function table(): NamedTable {
    const { x } = drawing.current?.axes() ?? { x: { low: 0, high: 0 } };
    const axis = data.peek()?.axis ?? "step";
    const drawn = { series: series.peek(), title: chart.title, axis, xName: xNameOf(current.peek()) };
    const { baseline, comparison } = runsFields;
    return {
      name: screenCsvName(drawn, baseline === null ? null : comparison),
      text: screenCsv({ ...drawn, range: dots.peek() === null ? [x.low, x.high] : EVERYWHERE }),
    };
  }

  function onDraw({ entries, marks, lastX, x, y, above, below, noPlace, best }: ChartFacts): void {
    const known = outside.peek();
    if (known.above !== above || known.below !== below || known.noPlace !== noPlace)
      outside.value = { above, below, noPlace };
    if (card.current === null) return;
    Object.assign(card.current.dataset, {
      ...{ points: entries, marks, lastX: lastX ?? "" },
      ...{ xMin: x[0], xMax: x[1], yMin: y[0], yMax: y[1], above, below, noPlace },
      best: best ?? "",
    });
  }

  return (
    <article class="card" ref={card} data-testid="chart" data-tag={chart.title}>
      <ChartHeader
        chart={chart}
        label={label}
        series={series.value}
        axis={data.value?.axis ?? null}
        error={error.value}
        outside={outside.value}
        pending={data.value?.pending ?? NONE_PENDING}
        picture={() => drawing.current?.picture(chart.title) ?? null}
        svg={() => drawing.current?.svg(chart.title) ?? null}
        table={table}
      />
      {/* An application, so that a screen reader leaves the arrows to it. */}
      <div
        class="plot"
        ref={host}
        role="application"
        aria-roledescription="chart"
        aria-label={chart.title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys.
        tabIndex={0}
        onKeyDown={(event) => onKeyDown(event, target)}
        onBlur={leaveCharts}
      />
      <Reading isReading={isReading} runs={query.value?.runs.length ?? 0} />
    </article>
  );
}

/** Give the details the curves' values at the shared place, while they are this chart's. */
function useDetails({ chart, data, series, drawing }: EventTarget, isDrawn: ReadonlySignal<boolean>): void {
  useSignalEffect(() => {
    const { place } = placeFields;
    const { key } = chart.value;
    const fetched = data.value;
    const drawn = isDrawn.value ? drawing.current : null;
    if (place === null || chartFields.detailed !== key || place.axis !== fetched?.axis || drawn === null)
      return;
    const { x, y } = drawn.axes();
    const hits = hitTest(series.value, x, y, place.x, Number.NaN, Number.POSITIVE_INFINITY);
    details.value = {
      ...{ chart: chart.value, axis: place.axis, xName: xNameOf(chart.value), x: place.x },
      ...{ range: fetched.range, hits, series: series.value },
    };
  });
}
