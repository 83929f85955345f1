/** One tag's chart: fetches what it needs while it is in or near the window, draws it, and reports the pointer. */

import { batch, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Run, Tag } from "../api/catalogue";
import { resetZoom } from "../app/keyboard";
import { theme } from "../app/preferences";
import { connection, cursor, emphasis, expanded, setZoom, shownRuns, view } from "../app/state";
import { GROUND, runStyle, type Theme } from "../charts/colour";
import { formatValue, plural } from "../charts/format";
import { hitTest } from "../charts/hit";
import { type ChartEvents, type ChartModel, type DrawnRun, LineChart } from "../charts/line_chart";
import { ChartMenu } from "./chart_menu";
import { type ChartData, ChartLoader } from "./loader";
import { tooltip } from "./tooltip_state";

const FRAME: Record<Theme, { text: string; grid: string }> = {
  light: { text: "#5c636e", grid: "#e6e8eb" },
  dark: { text: "#9aa3af", grid: "#2b2f36" },
};
/** Widths are asked for in steps, so that a small change of layout fetches nothing. */
const PIXEL_STEP = 64;
/** A run that ended further left than this many pixels from the pointer says nothing. */
const REACH = 24;

function drawnRuns(data: ChartData | null, runs: readonly Run[], shade: Theme): DrawnRun[] {
  const drawn: DrawnRun[] = [];
  for (const run of runs) {
    const lines = data?.lines.get(run.name);
    if (lines !== undefined && lines.length > 0)
      drawn.push({ name: run.name, style: runStyle(run.color, shade), lines });
  }
  return drawn;
}

/** What a screen reader says of a chart: "loss, 3 runs, last 0.031". */
export function summarise(tag: string, runs: readonly DrawnRun[]): string {
  const lasts = runs
    .map(({ lines }) => lines[lines.length - 1].y.at(-1))
    .filter((value): value is number => value !== undefined);
  const low = Math.min(...lasts);
  const high = Math.max(...lasts);
  const parts = [tag, plural(runs.length, "run")];
  if (lasts.length > 0) {
    const range =
      low === high || Number.isNaN(low)
        ? formatValue(low, 4)
        : `${formatValue(low, 4)} to ${formatValue(high, 4)}`;
    parts.push(`last ${range}`);
  }
  return parts.join(", ");
}

/** Points that have no place on the axis, as those at step 0 on a log axis. */
function countLeftOut(runs: readonly DrawnRun[]): number {
  return runs.flatMap((run) => run.lines).reduce((sum, line) => sum + line.leftOut, 0);
}

export function ChartCard({ tag }: { tag: Tag }) {
  const card = useRef<HTMLElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<LineChart | null>(null);
  const isInSight = useSignal(false);
  const size = useSignal({ width: 0, height: 0 });
  const data = useSignal<ChartData | null>(null);
  const error = useSignal<string | null>(null);
  const current = useSignal(tag);
  current.value = tag;
  const loader = useRef<ChartLoader | null>(null);
  loader.current ??= new ChartLoader(
    (fetched) => {
      data.value = fetched;
    },
    (message) => {
      error.value = message;
    },
  );

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
      chart.current?.destroy();
      if (tooltip.value?.tag === current.peek().name) leave();
    };
  }, []);

  const leave = (): void =>
    batch(() => {
      tooltip.value = null;
      cursor.value = null;
      emphasis.value = null;
    });

  // Fetch.
  useSignalEffect(() => {
    const { axis: chosen, zoom, isLogX, smoothing } = view.value;
    const { width } = size.value;
    const isWanted = isInSight.value && width > 0;
    // A chart that the server drew over wall time instead of steps is zoomed there; unzoomed it may come back to steps.
    const isOverTime = chosen === "step" && data.value?.axis === "wall" && zoom.wall !== null;
    const axis = isOverTime ? "wall" : chosen;
    const pixels = Math.max(
      PIXEL_STEP,
      Math.ceil(((width - 50) * devicePixelRatio) / PIXEL_STEP) * PIXEL_STEP,
    );
    const wish = {
      tag: current.value,
      runs: shownRuns.value,
      axis,
      scale: isLogX && axis !== "wall" ? ("log" as const) : ("linear" as const),
      range: zoom[axis],
      pixels,
      smoothing,
      connection: connection.value,
    };
    loader.current?.want(isWanted ? wish : null);
    if (card.current !== null && isWanted) {
      card.current.dataset.state = loader.current?.isUpToDate() ? "ready" : "loading";
    }
  });

  // Draw.
  useSignalEffect(() => {
    const shade = theme.value;
    const fetched = data.value;
    const { zoom, isLogX, isLogY } = view.value;
    const { width, height } = size.value;
    const runs = drawnRuns(fetched, shownRuns.value, shade);
    if (width === 0 || height === 0 || (!isInSight.value && chart.current === null)) return;
    if (fetched === null) return;
    const model: ChartModel = {
      runs,
      axis: fetched.axis,
      isLogX: isLogX && fetched.axis !== "wall",
      isLogY,
      range: zoom[fetched.axis],
      ground: GROUND[shade],
      ...FRAME[shade],
    };
    if (chart.current === null) {
      chart.current = new LineChart(host.current as HTMLDivElement, events(), model, size.value);
    } else {
      chart.current.resize(width, height);
      chart.current.update(model);
    }
    host.current?.setAttribute("aria-label", summarise(current.peek().name, runs));
    if (card.current !== null) card.current.dataset.series = String(runs.length);
  });

  // Emphasise.
  useSignalEffect(() => {
    const name = emphasis.value;
    const place = cursor.value;
    void data.value;
    chart.current?.point(name, place !== null && place.axis === data.value?.axis ? place.x : null);
  });

  function events(): ChartEvents {
    return {
      onZoom: (range) => {
        const axis = data.peek()?.axis ?? "step";
        // Whole steps: a link stays short, and every step in the selection is in the range.
        const [low, high] = axis === "step" ? [Math.floor(range[0]), Math.ceil(range[1])] : range;
        if (low < high) setZoom(axis, [low, high]);
      },
      onReset: resetZoom,
      onLeave: leave,
      onPoint: (x, left, top) => {
        const fetched = data.peek();
        const drawn = chart.current;
        if (fetched === null || drawn === null) return;
        const axes = drawn.axes();
        const over = (host.current as HTMLDivElement).querySelector(".u-over")?.getBoundingClientRect();
        const runs = drawnRuns(fetched, shownRuns.peek(), theme.peek());
        const hits = hitTest(runs, axes.x, axes.y, x, top, REACH);
        batch(() => {
          emphasis.value = hits.length > 0 ? hits[0].run : null;
          cursor.value = { axis: fetched.axis, x };
          tooltip.value = {
            tag: current.peek().name,
            axis: fetched.axis,
            x,
            hits,
            clientX: (over?.left ?? 0) + left,
            clientY: (over?.top ?? 0) + top,
          };
        });
      },
      onDraw: (facts) => {
        const element = card.current;
        if (element === null) return;
        Object.assign(element.dataset, {
          points: facts.entries,
          marks: facts.marks,
          lastX: facts.lastX ?? "",
          xMin: facts.x[0],
          xMax: facts.x[1],
          yMin: facts.y[0],
          yMax: facts.y[1],
        });
      },
    };
  }

  const isExpanded = expanded.value === tag.name;
  const having = new Set(tag.runs);
  const leftOut = countLeftOut(drawnRuns(data.value, shownRuns.value, theme.value));
  const count = shownRuns.value.filter((run) => having.has(run.id)).length;
  return (
    <article
      class={`card${isExpanded ? " is-expanded" : ""}`}
      ref={card}
      data-testid="chart"
      data-tag={tag.name}
    >
      <header>
        <h3 title={tag.name}>{tag.name}</h3>
        {error.value !== null && (
          <span class="warning-text" title={error.value}>
            not loaded
          </span>
        )}
        {leftOut > 0 && (
          <span
            class="warning-text"
            title="These points have no place on the x axis: a log axis begins above 0"
          >
            {plural(leftOut, "point")} left out
          </span>
        )}
        <span class="quiet">{plural(count, "run")}</span>
        <ChartMenu
          tag={tag}
          runs={shownRuns.value}
          picture={() =>
            chart.current?.picture(tag.name, FRAME[theme.peek()].text, GROUND[theme.peek()]) ?? null
          }
        />
        <button
          type="button"
          class="icon"
          aria-expanded={isExpanded}
          aria-label={isExpanded ? `Make ${tag.name} small` : `Expand ${tag.name}`}
          title={isExpanded ? "Make small (Escape)" : "Expand"}
          onClick={() => {
            expanded.value = isExpanded ? null : tag.name;
          }}
        >
          <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
            <path
              d="M9 2h5v5M7 14H2V9M14 2 9 7M2 14l5-5"
              fill="none"
              stroke="currentColor"
              stroke-width="1.5"
            />
          </svg>
        </button>
      </header>
      <div class="plot" ref={host} role="img" aria-label={tag.name} />
    </article>
  );
}
