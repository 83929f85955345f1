/** A chart's bands, lines and marks, in the order that they cover each other. */

import type { RunStyle } from "../kit/colour";
import { bestOf } from "../series/best";
import type { Line } from "../series/line";
import type { ChartContent } from "./chart_content";
import { type Drawn, drawBand, drawBest, drawLine, drawMarks, type Pen, type Plot } from "./draw";
import type { Fit } from "./fit";
import type { Layer } from "./layer";
import type { Projection } from "./projection";

const LINE_WIDTH = 1.6;
/** The same of a point alone in a chart of such: the radius of its dot is a pixel more. */
const DOT = 2.5;
const RAW_ALPHA = 0.3;
const BAND_ALPHA = 0.2;
/** Of the bands of a crowd together: each is seen where it stands alone, and a hundred don't cover the lines. */
const CROWD_BANDS_ALPHA = 0.3;
/** With more series than this lines are thin, bands are one layer, and only the best of all is marked. */
const CROWD = 12;

export interface DrawnFacts extends Drawn {
  /** The run or group with the best value of all, where that is marked. */
  best: string | null;
}

/** The axes over a rectangle. */
export function projections(
  { xScale, yScale }: Pick<ChartContent, "xScale" | "yScale">,
  { x, y, threshold }: Fit,
  { left, top, width, height }: Pick<Plot, "left" | "top" | "width" | "height">,
): { x: Projection; y: Projection } {
  return {
    x: { low: x[0], high: x[1], scale: xScale, start: left, end: left + width },
    y: { low: y[0], high: y[1], scale: yScale, threshold, start: top + height, end: top },
  };
}

export function drawChart(pen: Pen, layer: Layer, content: ChartContent, fit: Fit, place: Plot): DrawnFacts {
  const drawn: Drawn = { entries: 0, marks: 0 };
  // The first are drawn last, on top: they are those the list shows first.
  const series = content.series.toReversed();
  const eachLine = (draw: (line: Line, style: RunStyle) => void): void => {
    for (const { lines, style } of series) for (const line of lines) draw(line, style);
  };
  const isCrowded = series.length > CROWD;
  if (isCrowded) {
    layer(CROWD_BANDS_ALPHA, (opaque) => eachLine((line, style) => drawBand(opaque, line, style, place)));
  } else {
    pen.globalAlpha = BAND_ALPHA;
    eachLine((line, style) => drawBand(pen, line, style, place));
  }
  // The recorded line stays in sight, faintly, behind the smoothed one.
  pen.globalAlpha = RAW_ALPHA;
  eachLine((line, style) => {
    if (line.smooth !== null) drawLine(pen, line, style, place, 1);
  });
  pen.globalAlpha = 1;
  eachLine((line, style) => {
    const width = content.places !== null ? DOT : isCrowded ? 1 : LINE_WIDTH;
    drawn.entries += drawLine(pen, line, style, place, width, line.smooth ?? line.y);
  });
  eachLine((line, style) => {
    drawn.marks += drawMarks(pen, line, style, place);
  });
  return { ...drawn, best: drawBests(pen, content, fit, place, isCrowded) };
}

/** Rings where the series are best; the best of all is filled. */
function drawBests(
  pen: Pen,
  content: ChartContent,
  fit: Fit,
  place: Plot,
  isCrowded: boolean,
): string | null {
  const { best, series, ground } = content;
  if (best === null) return null;
  const found = series.flatMap(({ name, lines, style }) => {
    const at = bestOf(lines, best, ...fit.x);
    return at === null ? [] : [{ ...at, name, style }];
  });
  found.sort((one, other) => (best === "lowest" ? one.y - other.y : other.y - one.y));
  for (const [rank, { x, y, style }] of found.entries()) {
    if (rank === 0 || !isCrowded) drawBest(pen, x, y, style, place, rank === 0 ? null : ground);
  }
  return found[0]?.name ?? null;
}
