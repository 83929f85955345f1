/** Touch gestures in a chart: one finger, sideways, reads values; two zoom x. Up and down they scroll the page. */

import type uPlot from "uplot";
import type { Range } from "../series/axis";
import type { Gestures } from "./gestures";
import { type Projection, toValue } from "./projection";

/** A finger that moved this many pixels has shown whether it scrolls the page or reads values. */
const SLOP = 4;
/** Two fingers closer than these pixels are as far apart as this. */
const CLOSEST = 24;

/** The range that keeps the points under two fingers under them: `from` and `to` are where they were, and where they are. */
export function pinchedRange(axis: Projection, from: Range, to: Range): Range {
  const apart = (a: number, b: number): number => Math.max(Math.abs(b - a), CLOSEST);
  const scale = apart(...from) / apart(...to);
  const middle = (from[0] + from[1]) / 2;
  const place = (to[0] + to[1]) / 2;
  return [
    toValue(axis, middle + (axis.start - place) * scale),
    toValue(axis, middle + (axis.end - place) * scale),
  ];
}

export function listenToTouch(plot: uPlot, axis: () => Projection, gestures: Gestures): void {
  let pinch: { axis: Projection; from: Range } | null = null;
  let pressed: Touch | null = null;
  let isReading: boolean | null = null;
  /** Two fingers' places from the plot's left; null for fewer or more. */
  const fingers = ({ targetTouches }: TouchEvent): Range | null => {
    const { left } = plot.over.getBoundingClientRect();
    return targetTouches.length === 2
      ? [targetTouches[0].clientX - left, targetTouches[1].clientX - left]
      : null;
  };
  const begin = (event: TouchEvent): void => {
    const from = fingers(event);
    pinch = from === null ? null : { axis: axis(), from };
    pressed = event.targetTouches.length === 1 ? event.targetTouches[0] : null;
    isReading = null;
  };
  plot.over.addEventListener("touchstart", begin, { passive: true });
  plot.over.addEventListener("touchend", begin, { passive: true });
  plot.over.addEventListener(
    "touchmove",
    (event) => {
      const to = fingers(event);
      if (pinch !== null && to !== null) {
        event.preventDefault();
        gestures.onZoom(pinchedRange(pinch.axis, pinch.from, to), null);
      } else if (pressed !== null) {
        const [{ clientX, clientY }] = event.targetTouches;
        const across = Math.abs(clientX - pressed.clientX);
        const down = Math.abs(clientY - pressed.clientY);
        if (Math.max(across, down) > SLOP) isReading ??= across > down;
        if (isReading !== true) return;
        // Else the browser takes the finger for one that scrolls.
        event.preventDefault();
        const box = plot.over.getBoundingClientRect();
        plot.setCursor({ left: clientX - box.left, top: clientY - box.top });
      }
    },
    { passive: false },
  );
}
