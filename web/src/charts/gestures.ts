/** Pointer gestures in a chart: drag to zoom x, with Shift also y, wheel with Ctrl or ⌘ to zoom, click to pick. */

import type uPlot from "uplot";
import type { Range } from "../series/axis";
import { type Projection, toValue } from "./projection";

export interface Gestures {
  /** A stretch of x was chosen, and with Shift one of y. */
  onZoom(x: Range, y: Range | null): void;
  onReset(): void;
  /** A click: what is returned marks the place, and is called when it is known that no second click follows. */
  onPick(): () => void;
}

/** A selection is at least so many pixels wide. */
const LEAST = 4;
/** One notch of a wheel keeps this share of the range. */
const NOTCH = 0.8;
/** A second click within so many milliseconds makes a double click of both. */
const DOUBLE = 250;

/** The range that a wheel at `pixel` makes of an axis's range: `notches` below 0 zoom in. */
export function wheelRange(axis: Projection, pixel: number, notches: number): Range {
  const size = NOTCH ** -notches;
  const place = Math.min(Math.max(pixel, axis.start), axis.end);
  return [
    toValue(axis, place - (place - axis.start) * size),
    toValue(axis, place + (axis.end - place) * size),
  ];
}

export function listenTo(
  plot: uPlot,
  axes: () => { x: Projection; y: Projection },
  gestures: Gestures,
): void {
  let pressed: { x: number; y: number } | null = null;
  let picking: ReturnType<typeof setTimeout> | undefined;
  plot.over.addEventListener(
    "mousedown",
    (event) => {
      pressed = event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
      // uPlot reads this when it begins to follow the drag.
      if (plot.cursor.drag !== undefined) plot.cursor.drag.y = event.shiftKey;
    },
    { capture: true },
  );
  plot.over.addEventListener("click", (event) => {
    const moved = pressed === null ? LEAST : Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
    clearTimeout(picking);
    if (moved < LEAST && event.detail === 1) {
      // What is pointed at may be drawn anew meanwhile.
      picking = setTimeout(gestures.onPick(), DOUBLE);
    }
  });
  plot.over.addEventListener("dblclick", () => gestures.onReset());
  plot.over.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = plot.over.getBoundingClientRect();
      const notches = Math.max(-3, Math.min(3, event.deltaY / 100));
      gestures.onZoom(wheelRange(axes().x, event.clientX - box.left, notches), null);
    },
    { passive: false },
  );
  plot.hooks.setSelect = [
    () => {
      const { left, top, width, height } = plot.select;
      if (width < LEAST) return;
      const { x, y } = axes();
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      const hasHeight = plot.cursor.drag?.y === true && height >= LEAST;
      gestures.onZoom(
        [toValue(x, left), toValue(x, left + width)],
        hasHeight ? [toValue(y, top + height), toValue(y, top)] : null,
      );
    },
  ];
}
