/** An axis as it is brushed: a drag along it is a brush, whose ends and whole are moved by drags, and its ends by keys. */

import { formatMeant } from "../../runs/run_columns";
import { type Brush, brushOf, sharesOf } from "./brushes";
import { brushes, draftBrushes, type PlotAxis, setBrush, withBrush } from "./plotted";
import { numberAt, stopsOf, type ValueAxis } from "./value_axis";

interface StripProps {
  plotAxis: PlotAxis;
  /** CSS pixels: the middle, and both ends of the axis. */
  x: number;
  top: number;
  bottom: number;
}

export function BrushStrip({ plotAxis, x, top, bottom }: StripProps) {
  const { axis, name } = plotAxis;
  const brush = brushes.value.find(({ column }) => column === axis.column);
  const shares = sharesOf(axis, brush);
  const height = bottom - top;
  const set = (from: number, to: number): void => setBrush(axis.column, brushOf(axis, from, to));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the ends in it are the same for keys.
    <div
      class="brush-strip"
      data-testid="brush-strip"
      data-column={axis.column}
      style={{ left: `${x}px`, top: `${top}px`, height: `${height}px` }}
      title={`${name}: drag to keep some of the runs, double-click for all`}
      onPointerDown={(event) => onPointerDown(event, axis, shares)}
      onDblClick={() => setBrush(axis.column, null)}
    >
      {shares !== null && (
        <span
          class="brush-range"
          data-testid="brush-range"
          style={{
            bottom: `${shares[0] * height}px`,
            height: `${(shares[1] - shares[0]) * height}px`,
          }}
        />
      )}
      {END_NAMES.map((end, i) => (
        <BrushEnd
          key={end}
          {...{ axis, set, brush, end: i, name: end }}
          label={`${name}, ${end} end of the brush`}
          ends={shares ?? [0, 1]}
          height={height}
        />
      ))}
    </div>
  );
}

const END_NAMES = ["lower", "upper"] as const;

function onPointerDown(event: PointerEvent, axis: ValueAxis, shares: [number, number] | null): void {
  if (event.button !== 0) return;
  const strip = event.currentTarget as HTMLElement;
  const box = strip.getBoundingClientRect();
  const shareAt = (moved: PointerEvent): number =>
    Math.min(1, Math.max(0, (box.bottom - moved.clientY) / box.height));
  const start = shareAt(event);
  const { end } = (event.target as HTMLElement).dataset;
  const rangeAt = (moved: PointerEvent): [number, number] => {
    const now = shareAt(moved);
    if (shares === null) return [start, now];
    const [low, high] = shares;
    if (end !== undefined) return end === "lower" ? [now, high] : [low, now];
    if (start < low || start > high) return [start, now];
    const by = Math.min(1 - high, Math.max(-low, now - start));
    return [low + by, high + by];
  };
  const hasMoved = (moved: PointerEvent): boolean => Math.abs(moved.clientY - event.clientY) > 2;
  let last: Brush | null | undefined;
  const move = (moved: PointerEvent): void => {
    if (last === undefined && !hasMoved(moved)) return;
    last = brushOf(axis, ...rangeAt(moved));
    draftBrushes.value = withBrush(axis.column, last);
  };
  strip.setPointerCapture(event.pointerId);
  strip.addEventListener("pointermove", move);
  strip.addEventListener(
    "lostpointercapture",
    () => {
      strip.removeEventListener("pointermove", move);
      if (last !== undefined) setBrush(axis.column, last);
    },
    { once: true },
  );
}

interface EndProps {
  axis: ValueAxis;
  name: string;
  label: string;
  /** 0 for the lower end, 1 for the upper one. */
  end: number;
  ends: readonly [number, number];
  brush: Brush | undefined;
  height: number;
  set(from: number, to: number): void;
}

const SAME = 1e-9;
const LARGE = 5;

function BrushEnd({ axis, name, label, end, ends, brush, height, set }: EndProps) {
  const at = ends[end];
  const other = ends[1 - end];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const stops = stopsOf(axis);
    // Beyond the other end there is nothing left; on one number both ends may be, on one word's place not.
    const least = axis.scale === "words" ? SAME : -SAME;
    const allowed = stops.filter((stop) => (end === 0 ? other - stop : stop - other) > least);
    const above = allowed.filter((stop) => stop > at + SAME);
    const below = allowed.filter((stop) => stop < at - SAME);
    const moves: Record<string, number | undefined> = {
      ArrowUp: above[0],
      ArrowRight: above[0],
      ArrowDown: below.at(-1),
      ArrowLeft: below.at(-1),
      PageUp: above[Math.min(LARGE, above.length) - 1],
      PageDown: below[Math.max(0, below.length - LARGE)],
      Home: allowed[0],
      End: allowed.at(-1),
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    const to = moves[event.key];
    if (to === undefined) return;
    set(end === 0 ? to : other, end === 0 ? other : to);
  };
  return (
    <span
      class={`brush-end is-${name}`}
      data-end={name}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      aria-valuetext={textOfEnd(axis, brush, at, end)}
      style={{ bottom: `${at * height}px` }}
      onKeyDown={onKeyDown}
    />
  );
}

function textOfEnd(axis: ValueAxis, brush: Brush | undefined, at: number, end: number): string {
  if (axis.scale !== "words") return formatMeant(numberAt(axis, at));
  const words = brush !== undefined && "words" in brush ? brush.words : axis.values;
  return String((end === 0 ? words[0] : words.at(-1)) ?? "");
}
