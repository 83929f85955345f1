/** A chart's reactions to the pointer, to drags, clicks and keys. */

import { batch, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import type { DrawnSeries } from "../../charts/chart_content";
import { hitTest } from "../../charts/hit";
import type { ChartEvents, LineChart } from "../../charts/line_chart";
import { emphasis } from "../../state/emphasis";
import { changePlace, cursor } from "../../state/place";
import { sharing } from "../../state/preferences";
import { firstOfHit, marksFirst } from "./at_marks";
import type { Chart } from "./chart_definitions";
import { onChartKey } from "./chart_keys";
import { changeCharts, chartFields, resetZoom, setOwnRange, setZoom } from "./chart_link";
import type { ChartData } from "./chart_loader";
import { xNameOf } from "./chart_query";
import { inWords } from "./tooltip";
import { spoken, type TooltipContent, tooltip } from "./tooltip_state";

/** A run that ended further left than this many pixels from the pointer says nothing. */
const REACH = 24;

/** The card that the events are of. */
export interface EventTarget {
  chart: ReadonlySignal<Chart>;
  data: ReadonlySignal<ChartData | null>;
  series: ReadonlySignal<readonly DrawnSeries[]>;
  drawing: RefObject<LineChart>;
  card: RefObject<HTMLElement>;
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
  drawing,
  card,
  host,
}: EventTarget): Omit<ChartEvents, "onDraw"> {
  return {
    onZoom: (x, y) => {
      const axis = data.peek()?.axis ?? "step";
      const { key, xTag: ownXTag } = chart.peek();
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
    onLeave: leaveCharts,
    onPick: () => {
      const place = cursor.peek();
      if (place === null) return;
      // A step is whole, so that a link says which one it is.
      const x = place.axis === "step" ? Math.round(place.x) : place.x;
      batch(() => {
        changePlace({ place: { axis: place.axis, x } });
        changeCharts({ detailed: chart.peek().key });
      });
      // The details take room from the charts, which then stand elsewhere.
      requestAnimationFrame(() => card.current?.scrollIntoView({ block: "nearest" }));
    },
    onPoint: (x, left, top) => {
      const fetched = data.peek();
      const drawn = drawing.current;
      if (fetched === null || drawn === null) return;
      const axes = drawn.axes();
      const over = host.current?.querySelector(".u-over")?.getBoundingClientRect();
      const near = hitTest(series.peek(), axes.x, axes.y, x, top, REACH);
      const { hits, firstSteps } = marksFirst(near, top, over?.height ?? 0, (hit) =>
        firstOfHit(chart.peek(), hit),
      );
      batch(() => {
        emphasis.value = hits.length > 0 ? hits[0].name : null;
        cursor.value = { axis: fetched.axis, x };
        tooltip.value = {
          key: chart.peek().key,
          axis: fetched.axis,
          ...{ xName: xNameOf(chart.peek()), x, hits, firstSteps },
          clientX: (over?.left ?? 0) + left,
          clientY: (over?.top ?? 0) + top,
        };
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
  const isTaken = onChartKey(event, {
    ...{ series: target.series.peek(), axes: drawn.axes(), emphasis: emphasis.peek(), onPick },
    x: tooltip.peek()?.key === key ? (cursor.peek()?.x ?? null) : null,
    onPoint: (x, left, top) => {
      onPoint(x, left, top);
      if (tooltip.peek() !== null) spoken.value = inWords(tooltip.peek() as TooltipContent);
    },
    onZoom: (range) => onZoom(range, null),
    onExpand: () => changeCharts({ expanded: chartFields.expanded === null ? key : null }),
  });
  if (isTaken) event.preventDefault();
}
