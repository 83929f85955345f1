/** The map: a line for each row or group, and the steps across. */

import { computed, type ReadonlySignal, signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawSoon } from "../../charts/draw_queue";
import { wheelRange } from "../../charts/gestures";
import { NAN, POSITIVE_INFINITY } from "../../charts/heat_cells";
import { OTHERS } from "../../charts/heat_map";
import { GROUND } from "../../kit/colour";
import { changePlace, cursor, placeFields } from "../../state/place";
import { theme } from "../../state/preferences";
import { useSize } from "../cards/use_sight";
import { cellText } from "./cell_text";
import { GUTTER, lineHeight, plotLeft, scrollTop, sight, view, xProjection, zoomTo } from "./geometry";
import { changeLayers, layersFields } from "./layers_link";
import { lines, selectedLine, turn } from "./layers_state";
import { bucketAt, type Columns, columnsOf, faultsOf, paintLine } from "./map_picture";
import { inSight, isReading, limits, plotWidth, type ShownMap, shownMap, shownRange } from "./map_state";
import { RowNames } from "./row_names";
import { statisticNamed } from "./statistics";
import { hovered } from "./tooltip";

/** The cell that keys have led to: a line by its key, and a bucket by its first step. */
export interface CellPlace {
  key: string;
  step: number;
}

export const focused = signal<CellPlace | null>(null);

/** The buckets in CSS pixels. */
export const columns = computed<Columns | null>(() => {
  const shown = shownMap.value;
  if (shown === null) return null;
  return columnsOf(shown.map, shownRange.value, plotWidth.value);
});

/** The bucket with a step in it, or before it; -1 for none. */
export function bucketOf({ map }: ShownMap, step: number): number {
  let found = -1;
  for (let bucket = 0; bucket < map.buckets && map.first[bucket] <= step; bucket++) found = bucket;
  return found;
}

function rgbOf(colour: string): [number, number, number] {
  const part = (at: number): number => Number.parseInt(colour.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

/** Draw what is in sight on a canvas of the size of the plot and its gutter; how many milliseconds that took. */
function draw(canvas: HTMLCanvasElement, ratio: number): number {
  const begin = performance.now();
  const shown = shownMap.peek();
  const [width, height] = [Math.round(plotWidth.peek() * ratio), Math.round(view.peek().height * ratio)];
  const gutter = Math.round(GUTTER * ratio);
  canvas.width = width + gutter;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null || width === 0 || height === 0 || shown === null) return 0;
  const { map, place, asked } = shown;
  const image = context.createImageData(width, height);
  const picture = new Uint32Array(image.data.buffer);
  const spread = columnsOf(map, shownRange.peek(), width);
  const ground = rgbOf(GROUND[theme.peek()]);
  const look = {
    ...{ limits: limits.peek(), colouring: statisticNamed(asked.statistic).colouring },
    ...{ against: asked.against, ground, ratio },
  };
  const [from, to] = sight.peek();
  const size = lineHeight.peek();
  const all = lines.peek();
  const marks: { top: number; height: number; hasNan: boolean; hasInfinity: boolean }[] = [];
  // A hairline between lines that are high enough for it.
  const gap = size >= 8 ? Math.max(1, Math.round(ratio)) : 0;
  for (let i = from; i <= to && i < all.length; i++) {
    const row = place.get(all[i].key);
    if (row === undefined || all[i].rows.length === 0) continue;
    const top = Math.round((i * size - scrollTop.peek()) * ratio);
    const bottom = Math.round(((i + 1) * size - scrollTop.peek()) * ratio) - gap;
    const rows = [Math.max(0, top), Math.min(height, bottom)] as const;
    if (rows[0] >= rows[1]) continue;
    paintLine(picture, width, rows, map, row, spread, look);
    const { firstNan, firstInfinity } = faultsOf(map, row);
    const [hasNan, hasInfinity] = [firstNan !== null, firstInfinity !== null];
    if (hasNan || hasInfinity) marks.push({ hasNan, hasInfinity, top, height: bottom - top });
  }
  context.putImageData(image, 0, 0);
  for (const mark of marks) drawMark(context, width, gutter, mark, ratio);
  return performance.now() - begin;
}

/** At the right edge: a square for NaN, a triangle for infinities. */
function drawMark(
  context: CanvasRenderingContext2D,
  left: number,
  gutter: number,
  {
    top,
    height,
    hasNan,
    hasInfinity,
  }: { top: number; height: number; hasNan: boolean; hasInfinity: boolean },
  ratio: number,
): void {
  const size = Math.max(3 * ratio, Math.min(height, gutter / 2 - ratio));
  const middle = top + height / 2;
  const paint = (state: number): void => {
    context.fillStyle = `rgb(${(OTHERS.get(state) ?? []).join(" ")})`;
  };
  if (hasNan) {
    paint(NAN);
    context.fillRect(left + ratio, middle - size / 2, size, size);
  }
  if (!hasInfinity) return;
  paint(POSITIVE_INFINITY);
  const x = left + ratio + (hasNan ? gutter / 2 : 0);
  context.beginPath();
  context.moveTo(x, middle - size / 2);
  context.lineTo(x + size, middle - size / 2);
  context.lineTo(x + size / 2, middle + size / 2);
  context.closePath();
  context.fill();
}

/** A drag of fewer pixels is a click. */
const LEAST_DRAG = 4;

export function LayerMap() {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const owner = useRef({});
  const dragged = useSignal<{ from: number; to: number } | null>(null);
  const size = useSize(scroller);
  useSignalEffect(() => {
    view.value = size.value;
  });
  useSignalEffect(() => {
    inSight.value = sight.value;
  });
  useSignalEffect(() => {
    void [shownMap.value, limits.value, sight.value, scrollTop.value, lineHeight.value, view.value];
    void [plotWidth.value, shownRange.value, theme.value, lines.value];
    drawSoon(
      owner.current,
      () => {
        const element = canvas.current;
        if (element === null) return;
        const took = draw(element, devicePixelRatio);
        element.dataset.drawn = took.toFixed(1);
        element.dataset.lines = String(lines.peek().length);
        element.dataset.buckets = String(shownMap.peek()?.map.buckets ?? 0);
      },
      true,
    );
  });
  useEffect(() => () => drawSoon(owner.current, null), []);
  useKeptInSight(scroller);

  const placeOf = (event: PointerEvent | MouseEvent): { x: number; line: number } => {
    const box = (canvas.current as HTMLCanvasElement).getBoundingClientRect();
    const line = Math.floor((event.clientY - box.top + scrollTop.peek()) / lineHeight.peek());
    return { x: event.clientX - box.left, line };
  };
  const bucketUnder = (x: number): number =>
    columns.peek() === null ? -1 : bucketAt(columns.peek() as Columns, x);

  const onPointerMove = (event: PointerEvent): void => {
    const { x, line } = placeOf(event);
    const width = plotWidth.peek();
    const { low, high } = xProjection();
    const inPlot = Math.min(Math.max(x, 0), width);
    if (dragged.peek() !== null) {
      dragged.value = { from: dragged.peek()?.from ?? inPlot, to: inPlot };
      hovered.value = null;
      return;
    }
    const bucket = bucketUnder(x);
    const row = lines.peek()[line];
    cursor.value = x <= width ? { axis: "step", x: low + (inPlot / width) * (high - low) } : null;
    hovered.value =
      row === undefined || x > width
        ? null
        : { line: row, bucket, clientX: event.clientX, clientY: event.clientY };
  };
  const leave = (): void => {
    hovered.value = null;
    cursor.value = null;
  };
  const onPointerUp = (event: PointerEvent): void => {
    const ended = dragged.peek();
    dragged.value = null;
    if (ended === null) return;
    const { low, high } = xProjection();
    const step = (x: number): number => low + (x / plotWidth.peek()) * (high - low);
    if (Math.abs(ended.to - ended.from) >= LEAST_DRAG) {
      zoomTo([step(Math.min(ended.from, ended.to)), step(Math.max(ended.from, ended.to))]);
      return;
    }
    const { x, line } = placeOf(event);
    pick(line, bucketUnder(x));
  };

  return (
    <div
      ref={scroller}
      class="layers-scroller"
      data-testid="layers-scroller"
      onScroll={(event) => {
        scrollTop.value = event.currentTarget.scrollTop;
        hovered.value = null;
      }}
    >
      <div style={{ height: `${lines.value.length * lineHeight.value}px` }}>
        <div class="layers-window" style={{ height: `${view.value.height}px` }}>
          <RowNames />
          <div
            class="layers-plot"
            role="application"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move in it.
            tabIndex={0}
            data-testid="layers-map"
            data-state={isReading.value || shownMap.value === null ? "loading" : "ready"}
            aria-label="Layers by step: arrow keys move, Enter selects, Space opens a group"
            style={{ left: `${plotLeft.value}px`, width: `${plotWidth.value + GUTTER}px` }}
            onKeyDown={onKeyDown}
            onBlur={() => {
              focused.value = null;
            }}
            onPointerMove={onPointerMove}
            onPointerLeave={leave}
            onPointerDown={(event) => {
              if (event.button !== 0) return;
              const { x } = placeOf(event);
              if (x > plotWidth.peek()) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              dragged.value = { from: x, to: x };
            }}
            onPointerUp={onPointerUp}
            onPointerCancel={() => {
              dragged.value = null;
            }}
            onDblClick={() => changeLayers({ range: null })}
            onWheel={(event) => {
              if (!event.ctrlKey && !event.metaKey) return;
              event.preventDefault();
              const notches = Math.max(-3, Math.min(3, event.deltaY / 100));
              zoomTo(wheelRange(xProjection(), placeOf(event).x, notches));
            }}
          >
            <canvas
              ref={canvas}
              data-testid="layers-canvas"
              style={{ width: `${plotWidth.value + GUTTER}px`, height: `${view.value.height}px` }}
            />
            <CursorLine />
            <Dragged drag={dragged} />
            <FocusedCell />
            <SelectedLine />
          </div>
        </div>
      </div>
    </div>
  );
}

/** Select a line, and fix the place at a bucket. */
function pick(line: number, bucket: number): void {
  const row = lines.peek()[line];
  const shown = shownMap.peek();
  if (row === undefined) return;
  changeLayers({ row: row.key });
  if (shown === null || bucket < 0) return;
  const step = shown.map.first[bucket];
  focused.value = { key: row.key, step };
  changePlace({ place: { axis: "step", x: step } });
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const shown = shownMap.peek();
  const all = lines.peek();
  if (shown === null || all.length === 0) return;
  const at = focused.peek();
  // Keys go on from the line that is selected.
  const from = at?.key ?? layersFields.row;
  const line = all.findIndex(({ key }) => key === from);
  const place = placeFields.place;
  const bucket =
    at !== null
      ? bucketOf(shown, at.step)
      : place?.axis === "step"
        ? Math.max(0, bucketOf(shown, place.x))
        : shown.map.buckets - 1;
  const move = MOVES[event.key];
  if (move !== undefined) {
    const nextLine = Math.min(
      all.length - 1,
      Math.max(0, line + (line < 0 ? Math.max(1, move[0]) : move[0])),
    );
    const nextBucket = Math.min(shown.map.buckets - 1, Math.max(0, bucket + (line < 0 ? 0 : move[1])));
    if (nextBucket >= 0) focused.value = { key: all[nextLine].key, step: shown.map.first[nextBucket] };
  } else if (event.key === "Enter" && line >= 0) pick(line, bucket);
  else if (event.key === " " && line >= 0 && all[line].canOpen) turn(all[line].key);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The line that keys lead to stays in sight. */
function useKeptInSight(scroller: { current: HTMLDivElement | null }): void {
  useSignalEffect(() => {
    const at = focused.value;
    const element = scroller.current;
    if (at === null || element === null) return;
    const line = lines.peek().findIndex(({ key }) => key === at.key);
    const size = lineHeight.peek();
    if (line < 0) return;
    if (line * size < element.scrollTop) element.scrollTop = line * size;
    else if ((line + 1) * size > element.scrollTop + element.clientHeight)
      element.scrollTop = (line + 1) * size - element.clientHeight;
  });
}

/** The pixel of a step in the plot. */
function xOf(step: number): number {
  const [low, high] = shownRange.value;
  return ((step - low) / (high - low)) * plotWidth.value;
}

/** The shared cursor, else the shared place. */
function CursorLine() {
  const place = cursor.value ?? placeFields.place;
  if (place?.axis !== "step") return null;
  const x = xOf(place.x);
  if (x < 0 || x > plotWidth.value) return null;
  return <i class="layers-cursor" data-testid="layers-cursor" style={{ left: `${x}px` }} />;
}

function Dragged({ drag }: { drag: ReadonlySignal<{ from: number; to: number } | null> }) {
  const at = drag.value;
  if (at === null || Math.abs(at.to - at.from) < LEAST_DRAG) return null;
  const left = Math.min(at.from, at.to);
  return <i class="layers-dragged" style={{ left: `${left}px`, width: `${Math.abs(at.to - at.from)}px` }} />;
}

function FocusedCell() {
  const at = focused.value;
  const shown = shownMap.value;
  const spread = columns.value;
  const line = at === null ? -1 : lines.value.findIndex(({ key }) => key === at.key);
  if (at === null || shown === null || spread === null || line < 0) return null;
  const bucket = bucketOf(shown, at.step);
  if (bucket < 0) return null;
  const width = Math.max(3, spread.end[bucket] - spread.start[bucket]);
  const style = {
    left: `${spread.start[bucket] - 1}px`,
    top: `${line * lineHeight.value - scrollTop.value}px`,
    width: `${width + 2}px`,
    height: `${lineHeight.value}px`,
  };
  return (
    <>
      <i class="layers-focused" style={style} />
      <output class="layers-said" aria-live="polite" data-testid="layers-said">
        {cellText(shown, lines.value[line], bucket)}
      </output>
    </>
  );
}

function SelectedLine() {
  const line = selectedLine.value;
  if (line === null || layersFields.row === null) return null;
  const place = lines.value.indexOf(line);
  return (
    <i
      class="layers-selected"
      style={{ top: `${place * lineHeight.value - scrollTop.value}px`, height: `${lineHeight.value}px` }}
    />
  );
}
