/** Lines over parallel axes: where they are, how they are drawn, and which one is under the pointer. */

import type { PlottedRun } from "./plotted";

export interface Frame {
  /** CSS pixels from the left of the canvas to each axis. */
  xs: readonly number[];
  /** To both ends of the axes, from the top: that of share 1, that of share 0, and the place of runs without a value. */
  top: number;
  bottom: number;
  none: number;
}

export function yOf({ top, bottom, none }: Frame, share: number | null): number {
  return share === null ? none : bottom + (top - bottom) * share;
}

type Context = Pick<
  CanvasRenderingContext2D,
  "beginPath" | "moveTo" | "lineTo" | "stroke" | "setLineDash" | "strokeStyle" | "lineWidth" | "globalAlpha"
>;

function trace(context: Context, run: PlottedRun, frame: Frame): void {
  for (const [i, x] of frame.xs.entries()) {
    const y = yOf(frame, run.shares[i]);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

/** Of more lines than these each lets the others shine through. */
const MANY = 100;

/** All lines: those outside of the brushes below the others, in one quiet colour. */
export function drawLines(context: Context, runs: readonly PlottedRun[], frame: Frame, dim: string): void {
  context.globalAlpha = 1;
  context.setLineDash([]);
  context.lineWidth = 1;
  context.strokeStyle = dim;
  for (const run of runs) {
    if (run.isWithin) continue;
    context.beginPath();
    trace(context, run, frame);
    context.stroke();
  }
  const within = runs.filter((run) => run.isWithin);
  context.lineWidth = within.length > MANY ? 1 : 1.6;
  context.globalAlpha = within.length > MANY ? 0.6 : 0.9;
  let dash: readonly number[] = [];
  for (const run of within) {
    if (run.style.dash !== dash) {
      dash = run.style.dash;
      context.setLineDash([...dash]);
    }
    context.strokeStyle = run.style.colour;
    context.beginPath();
    trace(context, run, frame);
    context.stroke();
  }
}

/** The lines that stand out, above all others. */
export function drawEmphasised(context: Context, runs: readonly PlottedRun[], frame: Frame): void {
  context.globalAlpha = 1;
  context.lineWidth = 3;
  for (const run of runs) {
    context.setLineDash([...run.style.dash]);
    context.strokeStyle = run.style.colour;
    context.beginPath();
    trace(context, run, frame);
    context.stroke();
  }
}

/** A line that is further away is not pointed at. */
const REACH = 8;

/** The line nearest to a place, one within the brushes first; null where none is near. */
export function lineAt(runs: readonly PlottedRun[], frame: Frame, x: number, y: number): PlottedRun | null {
  const { xs } = frame;
  if (xs.length === 0 || x < xs[0] - REACH || x > xs[xs.length - 1] + REACH) return null;
  const behind = xs.findIndex((each) => each >= x);
  const right = behind < 0 ? xs.length - 1 : Math.max(behind, Math.min(1, xs.length - 1));
  const left = Math.max(0, right - 1);
  const width = xs[right] - xs[left];
  const share = width > 0 ? Math.min(1, Math.max(0, (x - xs[left]) / width)) : 0;
  let found: PlottedRun | null = null;
  let nearest = REACH;
  for (const run of runs) {
    const from = yOf(frame, run.shares[left]);
    const to = yOf(frame, run.shares[right]);
    // Of a steep line the distance is not measured straight up.
    const slope = width > 0 ? (to - from) / width : 0;
    const distance = Math.abs(from + (to - from) * share - y) / Math.hypot(1, slope);
    const isBetter = found?.isWithin && !run.isWithin ? false : distance < nearest;
    const isFirstWithin = found !== null && !found.isWithin && run.isWithin && distance < REACH;
    if (!isBetter && !isFirstWithin) continue;
    nearest = distance;
    found = run;
  }
  return found;
}
