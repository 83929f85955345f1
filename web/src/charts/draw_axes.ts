/** Drawing of axes on a canvas, grid lines, ticks and labels as they were laid out, and of the names of lines. */

import type { AxisLayout } from "./axes";
import type { ChartContent } from "./chart_content";
import type { EndLabel } from "./end_labels";
import { FONT } from "./text_width";

/** The plot's rectangle, in CSS pixels. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Lengths of ticks, and the distances of labels from the plot, in CSS pixels. */
export const TICK = 4;
export const MINOR_TICK = 2;
export const LABEL_BELOW = 16;
export const LABEL_BESIDE = 7;
const TITLE_BELOW = 29;

/** `title` is written below the end of the x axis; `ratio` is canvas pixels per CSS pixel. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: Rectangle,
  across: AxisLayout,
  up: AxisLayout,
  { text, grid }: Pick<ChartContent, "text" | "grid">,
  ratio: number,
  title = "",
): void {
  const thin = Math.max(1, Math.floor(ratio));
  const place = (value: number): number => Math.round(value * ratio);
  const bottom = top + height;
  const down = (at: number, from: number, to: number): void =>
    context.fillRect(place(at), place(from), thin, place(to) - place(from));
  const beside = (at: number, from: number, to: number): void =>
    context.fillRect(place(from), place(at), place(to) - place(from), thin);
  context.save();
  context.fillStyle = grid;
  for (const at of across.ticks) down(at, top, bottom + TICK);
  for (const at of up.ticks) beside(at, left - TICK, left + width);
  context.fillStyle = text;
  context.globalAlpha = 0.5;
  for (const at of across.minor) down(at, bottom - MINOR_TICK, bottom);
  for (const at of up.minor) beside(at, left, left + MINOR_TICK);
  context.globalAlpha = 1;
  context.scale(ratio, ratio);
  context.font = FONT;
  context.textAlign = "center";
  for (const { text: label, at } of across.labels) context.fillText(label, at, bottom + LABEL_BELOW);
  context.textAlign = "right";
  if (title !== "") context.fillText(title, left + width, bottom + TITLE_BELOW, width);
  for (const { text: label, at } of up.labels) context.fillText(label, left - LABEL_BESIDE, at + 4);
  context.restore();
}

export function drawEndLabels(
  context: CanvasRenderingContext2D,
  labels: readonly EndLabel[],
  ratio: number,
): void {
  context.save();
  context.scale(ratio, ratio);
  context.font = FONT;
  context.textAlign = "left";
  for (const { text, colour, left, middle } of labels) {
    context.fillStyle = colour;
    context.fillText(text, left, middle + 4);
  }
  context.restore();
}
