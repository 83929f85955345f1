/** A chart: fetches what it needs while it is in or near the window, draws it, and reports the pointer. */

import { batch, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawSoon } from "../../charts/draw_queue";
import { hitTest } from "../../charts/hit";
import { type ChartEvents, type ChartFacts, LineChart } from "../../charts/line_chart";
import type { ChartModel } from "../../charts/model";
import { GROUND, type Theme } from "../../kit/colour";
import { colourOf } from "../../runs/styles";
import { resetZoom } from "../../shell/keyboard";
import { chosenColours, sharing, theme } from "../../state/preferences";
import {
  changeView,
  connection,
  cursor,
  emphasis,
  groupOfRun,
  setOwnRange,
  setZoom,
  shownGroups,
  viewed,
  xTag,
} from "../../state/state";
import { ChartHeader, type Outside } from "./chart_header";
import { drawnOptions, fetchedRuns } from "./chart_inputs";
import { onChartKey } from "./chart_keys";
import { type ChartData, ChartLoader, type Wish } from "./chart_loader";
import { type DrawnOptions, drawnSeries, summarise } from "./chart_series";
import { details } from "./details";
import type { Chart } from "./plans";
import { screenCsv } from "./screen_csv";
import { inWords } from "./tooltip";
import { spoken, type TooltipContent, tooltip } from "./tooltip_state";

const FRAME: Record<Theme, { text: string; grid: string }> = {
  light: { text: "#5c636e", grid: "#e6e8eb" },
  dark: { text: "#9aa3af", grid: "#2b2f36" },
};
/** Widths are asked for in steps, so that a small change of layout fetches nothing. */
const PIXEL_STEP = 64;
/** A run that ended further left than this many pixels from the pointer says nothing. */
const REACH = 24;
/** Of a group more members than these are not drawn when it is pointed at. */
const MOST_MEMBERS = 100;

const NOTHING_OUTSIDE: Outside = { above: 0, below: 0, noPlace: 0 };

export function ChartCard({ chart }: { chart: Chart }) {
  const card = useRef<HTMLElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const drawing = useRef<LineChart | null>(null);
  const isInSight = useSignal(false);
  const size = useSignal({ width: 0, height: 0 });
  const data = useSignal<ChartData | null>(null);
  const members = useSignal<ChartData | null>(null);
  const error = useSignal<string | null>(null);
  const outside = useSignal(NOTHING_OUTSIDE);
  const isDrawn = useSignal(false);
  const current = useSignal(chart);
  current.value = chart;
  const loader = useRef<ChartLoader | null>(null);
  loader.current ??= new ChartLoader(
    (fetched) => {
      data.value = fetched;
    },
    (message) => {
      error.value = message;
    },
  );
  const memberLoader = useRef<ChartLoader | null>(null);
  memberLoader.current ??= new ChartLoader(
    (fetched) => {
      members.value = fetched;
    },
    () => {},
  );
  const series = useComputed(() => drawnSeries(current.value, data.value, drawnOptions.value));

  const leave = (): void =>
    batch(() => {
      tooltip.value = null;
      cursor.value = null;
      emphasis.value = null;
    });

  useEffect(() => {
    const element = host.current as HTMLDivElement;
    const sight = new IntersectionObserver(
      ([entry]) => {
        isInSight.value = entry.isIntersecting;
      },
      { rootMargin: "250px" },
    );
    const resize = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    sight.observe(element);
    resize.observe(element);
    return () => {
      sight.disconnect();
      resize.disconnect();
      loader.current?.destroy();
      memberLoader.current?.destroy();
      drawSoon(loader, null);
      drawing.current?.destroy();
      if (tooltip.value?.key === current.peek().key) leave();
    };
  }, []);

  /** What is asked for; null while nothing can be. */
  const wish = useComputed<Wish | null>(() => {
    const { key, tags, xTag: ownXTag } = current.value;
    const { axis: chosen, zoom, ranges, xScale, smoothing, hasSuperseded } = viewed;
    const { width } = size.value;
    if (!isInSight.value || width === 0) return null;
    const onTag = ownXTag ?? xTag.value;
    const wanted = onTag === null ? (chosen === "tag" ? "step" : chosen) : "tag";
    const own = ranges.get(key)?.x ?? null;
    // A chart that the server drew over wall time instead of steps is zoomed there; unzoomed it may come back to steps.
    const isZoomedOverTime = zoom.wall !== null || own?.axis === "wall";
    const axis = wanted === "step" && data.value?.axis === "wall" && isZoomedOverTime ? "wall" : wanted;
    const pixels = Math.ceil(((width - 50) * devicePixelRatio) / PIXEL_STEP) * PIXEL_STEP;
    return {
      ...{ tags, xTag: onTag, runs: fetchedRuns.value, groups: shownGroups.value },
      ...{ axis, smoothing, hasSuperseded },
      scale: axis === "wall" ? "linear" : xScale,
      range: own?.axis === axis ? own.range : ownXTag === null ? zoom[axis] : null,
      pixels: Math.max(PIXEL_STEP, pixels),
      connection: connection.value,
      isUrgent: tooltip.peek()?.key === key,
    };
  });

  // Fetch.
  useSignalEffect(() => {
    loader.current?.want(wish.value);
    if (wish.value !== null && !loader.current?.isUpToDate()) tellState();
  });

  // Fetch the members of the group that is pointed at here.
  useSignalEffect(() => {
    const isHere = tooltip.value?.key === current.value.key;
    const group = isHere ? shownGroups.value?.find(({ name }) => name === emphasis.value) : undefined;
    const asked = wish.value;
    if (group === undefined || asked === null) {
      memberLoader.current?.want(null);
      members.value = null;
    } else memberLoader.current?.want({ ...asked, runs: group.runs.slice(0, MOST_MEMBERS), groups: null });
  });

  // Draw.
  useSignalEffect(() => {
    const shade = theme.value;
    const fetched = data.value;
    const { zoom, ranges, xScale, yScale, ignoresOutliers, best } = viewed;
    const { width, height } = size.value;
    const { key, title, xTag: ownXTag } = current.value;
    if (width === 0 || height === 0 || (!isInSight.value && drawing.current === null)) return;
    if (fetched === null) return;
    const own = ranges.get(key);
    const xRange = own?.x?.axis === fetched.axis ? own.x.range : ownXTag === null ? zoom[fetched.axis] : null;
    const isLookedAt = tooltip.peek()?.key === key || document.activeElement === host.current;
    const isOld = wish.value?.axis === fetched.axis && String(fetched.range) !== String(xRange);
    // Where the user drags or types, what there is is seen at once; elsewhere the old picture stays until the finer one is there.
    if (isOld && !isLookedAt && drawing.current !== null) return;
    const model: ChartModel = {
      series: series.value,
      axis: fetched.axis,
      xScale: fetched.axis === "wall" ? "linear" : xScale,
      yScale,
      xRange,
      yRange: own?.y ?? null,
      ...{ ignoresOutliers, best },
      ground: GROUND[shade],
      ...FRAME[shade],
    };
    const kind = fetched.groups === null ? "run" : "group";
    const draw = (): void => {
      if (drawing.current === null) {
        drawing.current = new LineChart(host.current as HTMLDivElement, events(), model, { width, height });
        isDrawn.value = true;
      } else {
        drawing.current.resize(width, height);
        drawing.current.update(model);
      }
      host.current?.setAttribute("aria-label", summarise(title, model.series, kind));
      if (card.current !== null) card.current.dataset.series = String(model.series.length);
      tellState();
    };
    drawSoon(loader, draw, isLookedAt);
  });

  /** "ready" when what is asked for has been drawn. */
  function tellState(): void {
    if (card.current !== null)
      card.current.dataset.state = loader.current?.isUpToDate() ? "ready" : "loading";
  }

  // Emphasise.
  useSignalEffect(() => {
    const name = emphasis.value;
    const place = cursor.value ?? viewed.fixedCursor;
    const axis = isDrawn.value ? data.value?.axis : undefined;
    const isMine = sharing.value === "all" || place === viewed.fixedCursor || isUnderPointer();
    const standing = data.value?.groups == null || name === null ? name : groupNamed(name);
    const shown = members.value === null ? NO_SERIES : membersOf(members.value, drawnOptions.value);
    drawing.current?.point(standing, isMine && place?.axis === axis ? (place?.x ?? null) : null, shown);
    if (card.current !== null) card.current.dataset.members = String(shown.length);
  });

  // Tell the details.
  useSignalEffect(() => {
    const place = viewed.fixedCursor;
    const { key, title } = current.value;
    const axis = data.value?.axis;
    if (
      place === null ||
      place.key !== key ||
      place.axis !== axis ||
      !isDrawn.value ||
      drawing.current === null
    )
      return;
    const { x, y } = drawing.current.axes();
    const hits = hitTest(series.value, x, y, place.x, Number.NaN, Number.POSITIVE_INFINITY);
    const xName = (current.value.xTag ?? xTag.value)?.name ?? "";
    details.value = { key, title, axis, xName, x: place.x, hits, series: series.value };
  });

  function isUnderPointer(): boolean {
    return tooltip.value?.key === current.value.key;
  }

  /** A group's own name, or that of the group a run is in. */
  function groupNamed(name: string): string {
    return groupOfRun.value.get(name)?.name ?? name;
  }

  function membersOf(fetched: ChartData, options: DrawnOptions): ReturnType<typeof drawnSeries> {
    const group = shownGroups.value?.find(({ name }) => name === emphasis.value);
    const color = group === undefined ? 0 : colourOf(group, chosenColours.value);
    const runs = fetchedRuns.value.map((run) => ({ ...run, color }));
    return drawnSeries(current.value, fetched, { ...options, runs, baseline: null, colours: new Map() });
  }

  function events(): ChartEvents {
    return {
      onZoom: (x, y) => {
        const axis = data.peek()?.axis ?? "step";
        const { key, xTag: ownXTag } = current.peek();
        // Whole steps: a link stays short, and every step in the selection is in the range.
        const [low, high] = axis === "step" ? [Math.floor(x[0]), Math.ceil(x[1])] : x;
        if (!(low < high) || !Number.isFinite(high - low)) return;
        batch(() => {
          if (sharing.value === "one" || ownXTag !== null)
            setOwnRange(key, { x: { axis, range: [low, high] } });
          else setZoom(axis, [low, high]);
          if (y !== null && y[0] < y[1]) setOwnRange(key, { y });
        });
      },
      onReset: resetZoom,
      onLeave: leave,
      onPick: () => {
        const place = cursor.peek();
        if (place === null) return;
        // A step is whole, so that a link says which one it is.
        const x = place.axis === "step" ? Math.round(place.x) : place.x;
        changeView({ fixedCursor: { axis: place.axis, x, key: current.peek().key } });
        // The details take room from the charts, which then stand elsewhere.
        requestAnimationFrame(() => card.current?.scrollIntoView({ block: "nearest" }));
      },
      onPoint: (x, left, top) => {
        const fetched = data.peek();
        const drawn = drawing.current;
        if (fetched === null || drawn === null) return;
        const axes = drawn.axes();
        const over = (host.current as HTMLDivElement).querySelector(".u-over")?.getBoundingClientRect();
        const hits = hitTest(series.peek(), axes.x, axes.y, x, top, REACH);
        batch(() => {
          emphasis.value = hits.length > 0 ? hits[0].name : null;
          cursor.value = { axis: fetched.axis, x };
          tooltip.value = {
            key: current.peek().key,
            axis: fetched.axis,
            xName: (current.peek().xTag ?? xTag.peek())?.name ?? "",
            x,
            hits,
            clientX: (over?.left ?? 0) + left,
            clientY: (over?.top ?? 0) + top,
          };
        });
      },
      onDraw,
    };
  }

  function onKeyDown(event: KeyboardEvent): void {
    const drawn = drawing.current;
    if (drawn === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const { onPoint, onPick, onZoom } = events();
    const isTaken = onChartKey(event, {
      ...{ series: series.peek(), axes: drawn.axes(), emphasis: emphasis.peek(), onPick },
      x: isUnderPointer() ? (cursor.peek()?.x ?? null) : null,
      onPoint: (x, left, top) => {
        onPoint(x, left, top);
        if (tooltip.peek() !== null) spoken.value = inWords(tooltip.peek() as TooltipContent);
      },
      onZoom: (range) => onZoom(range, null),
      onExpand: () => changeView({ expanded: viewed.expanded === null ? current.peek().key : null }),
    });
    if (isTaken) event.preventDefault();
  }

  function table(): string {
    const { x } = drawing.current?.axes() ?? { x: { low: 0, high: 0 } };
    const axis = data.peek()?.axis ?? "step";
    return screenCsv({
      ...{ series: series.peek(), title: chart.title, axis, range: [x.low, x.high] },
      xName: (current.peek().xTag ?? xTag.peek())?.name ?? "",
    });
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
        series={series.value}
        axis={data.value?.axis ?? null}
        error={error.value}
        outside={outside.value}
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
        onKeyDown={onKeyDown}
        onBlur={leave}
      />
    </article>
  );
}

const NO_SERIES: ReturnType<typeof drawnSeries> = [];
