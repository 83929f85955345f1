/** A chart's reactions to the pointer, to drags, clicks and keys. */

import { batch, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import type { DrawnSeries } from "../../charts/chart_content";
import { hitTest } from "../../charts/hit";
import type { ChartEvents, LineChart } from "../../charts/line_chart";
import { isOfSteps } from "../../series/axis";
import { emphasis } from "../../state/emphasis";
import { changePlace, cursor } from "../../state/place";
import { sharing } from "../../state/preferences";
import { firstOfHit, marksFirst } from "./at_marks";
import type { Chart } from "./chart_definitions";
import { onChartKey } from "./chart_keys";
import { changeCharts, chartFields, resetZoom, setOwnRange, setZoom } from "./chart_link";
import type { ChartData } from "./chart_loader";
import { xNameOf } from "./chart_query";
import { type Dots, hitsOfDots, placeOfRun } from "./dots";
import { extremeFirst, pickedPlace } from "./pick";
import { inWords } from "./tooltip";
import { spoken, type TooltipContent, tooltip } from "./tooltip_state";

/** A run that ended further left than this many pixels from the pointer says nothing. */
const REACH = 24;

/** How often a place was picked. */
let picks = 0;

/** The card that the events are of. */
export interface EventTarget {
  chart: ReadonlySignal<Chart>;
  data: ReadonlySignal<ChartData | null>;
  series: ReadonlySignal<readonly DrawnSeries[]>;
  /** The same as dots; null where lines are drawn. */
  dots: ReadonlySignal<Dots | null>;
  drawing: RefObject<LineChart>;
  host: RefObject<HTMLElement>;
}

/** The pointer is in no chart any more. */
export function leaveCharts(): void {
  batch(() => {
    tooltip.value = null;
    cursor.value = null;
    emphasis.value = null;
  });
}

export function chartEvents({
  chart,
  data,
  series,
  dots,
  drawing,
  host,
}: EventTarget): Omit<ChartEvents, "onDraw"> {
  /** In pixels from the plot's top. */
  let pointerTop = Number.NaN;
  return {
    onZoom: (x, y) => {
      const axis = data.peek()?.axis ?? "step";
      const { key, xTag: ownXTag } = chart.peek();
      // Whole steps: a link stays short, and every step in the selection is in the range.
      const [low, high] = isOfSteps(axis) ? [Math.floor(x[0]), Math.ceil(x[1])] : x;
      if (!(low < high) || !Number.isFinite(high - low)) return;
      batch(() => {
        const isOwn = sharing.value === "one" || ownXTag !== null;
        // An axis of runs has all of them.
        if (dots.peek() === null) {
          if (isOwn) setOwnRange(key, { x: { axis, range: [low, high] } });
          else setZoom(axis, [low, high]);
        }
        if (y !== null && y[0] < y[1]) setOwnRange(key, { y });
      });
    },
    onReset: resetZoom,
    onLeave: leaveCharts,
    onPick: () => {
      const content = tooltip.peek();
      const y = drawing.current?.axes().y;
      const top = pointerTop;
      return () => {
        if (content === null || y === undefined) return;
        const pick = ++picks;
        void pickedPlace(content, y, top).then((x) => {
          // Of two clicks the later one counts.
          if (pick !== picks) return;
          batch(() => {
            changePlace({ place: { axis: content.axis, x } });
            changeCharts({ detailed: content.chart.key });
          });
          // A finger is not there any more.
          if (matchMedia("(hover: none)").matches) leaveCharts();
        });
      };
    },
    onPoint: (x, left, top) => {
      pointerTop = top;
      const fetched = data.peek();
      const drawn = drawing.current;
      if (fetched === null || drawn === null) return;
      const axes = drawn.axes();
      const over = host.current?.querySelector(".u-over")?.getBoundingClientRect();
      const apart = dots.peek();
      const near =
        apart === null
          ? hitTest(series.peek(), axes.x, axes.y, x, top, REACH)
          : hitsOfDots(apart, series.peek(), axes, x, top);
      const ordered =
        apart === null ? extremeFirst(near, series.peek(), axes, x, top, chartFields.band === "range") : near;
      const { hits, firstSteps } = marksFirst(ordered, top, over?.height ?? 0, (hit) =>
        firstOfHit(chart.peek(), hit),
      );
      batch(() => {
        emphasis.value = hits.length > 0 ? hits[0].name : null;
        cursor.value = apart === null ? { axis: fetched.axis, x } : null;
        const content: TooltipContent = {
          chart: chart.peek(),
          axis: fetched.axis,
          ...{ xName: xNameOf(chart.peek()), x, hits, firstSteps },
          pick: () => pickedPlace(content, drawn.axes().y, top),
          clientX: (over?.left ?? 0) + left,
          clientY: (over?.top ?? 0) + top,
        };
        tooltip.value = content;
      });
    },
  };
}

/** Keys in the chart that has the focus. */
export function onKeyDown(event: KeyboardEvent, target: EventTarget): void {
  const drawn = target.drawing.current;
  if (drawn === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const { onPoint, onPick, onZoom } = chartEvents(target);
  const { key } = target.chart.peek();
  const dots = target.dots.peek();
  const series = dots?.series ?? target.series.peek();
  const at = dots === null ? cursor.peek()?.x : placeOfRun(dots, emphasis.peek());
  const isTaken = onChartKey(event, {
    ...{ series, axes: drawn.axes(), emphasis: emphasis.peek(), onPick: () => onPick()() },
    x: tooltip.peek()?.chart.key === key ? (at ?? null) : null,
    onPoint: (x, left, top) => {
      onPoint(x, left, top);
      if (tooltip.peek() !== null) spoken.value = inWords(tooltip.peek() as TooltipContent);
    },
    onZoom: (range) => onZoom(range, null),
    onExpand: () => changeCharts({ expanded: chartFields.expanded === null ? key : null }),
  });
  if (isTaken) event.preventDefault();
}
