/** Names at the ends of lines, for charts of so few that each can be read. */

import type { Range } from "../series/axis";
import type { DrawnSeries } from "./chart_content";
import { type Projection, pixelsOf } from "./projection";
import { cutText, TEXT_HEIGHT, textWidth } from "./text_width";

/** A chart of more series has no names at the ends of its lines. */
const MOST_NAMED = 8;
/** The part of a chart's width that names take at the most, and pixels from a line's end to its name. */
const MOST_WIDTH = 0.25;
const GAP = 4;
/** A name that would be further away from its line than this many pixels is left out. */
const FURTHEST = 40;

export interface EndLabel {
  text: string;
  colour: string;
  /** The left of the text, and its middle in height. */
  left: number;
  middle: number;
}

/** The names of a chart's series as they fit at the ends of their lines; none where they are one, or many. */
export function endNames(series: readonly DrawnSeries[], chartWidth: number): string[] {
  if (series.length < 2 || series.length > MOST_NAMED) return [];
  const isOneName = series.every(({ name }) => name === series[0].name);
  const whole = series.map(({ label, tag }) =>
    tag === null ? label : isOneName ? tag : `${label} · ${tag}`,
  );
  return whole.map((name) => cutText(name, chartWidth * MOST_WIDTH));
}

/** The room that names take on the right of the plot. */
export function widthOfNames(names: readonly string[]): number {
  return names.length === 0 ? 0 : GAP + Math.ceil(Math.max(...names.map((text) => textWidth(text))));
}

/**
 * Middles as near to those that are wanted as they can be `gap` apart: neighbours that would touch are moved away from
 * each other alike. `wanted` ascends.
 */
export function spread(wanted: readonly number[], gap: number): number[] {
  const blocks: { first: number; count: number }[] = [];
  for (const middle of wanted) {
    let block = { first: middle, count: 1 };
    for (
      let last = blocks.at(-1);
      last !== undefined && last.first + last.count * gap > block.first;
      last = blocks.at(-1)
    ) {
      const count = last.count + block.count;
      // The mean of where each one's first would have to be.
      const first = (last.first * last.count + (block.first - last.count * gap) * block.count) / count;
      block = { first, count };
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i * gap));
}

/** The last finite value of a series that is drawn within a range of x. */
function lastPoint({ lines }: DrawnSeries, [low, high]: Range): { x: number; y: number } | null {
  let found: { x: number; y: number } | null = null;
  for (const line of lines) {
    const ys = line.smooth ?? line.y;
    for (let i = line.x.length - 1; i >= 0 && line.x[i] >= low; i--) {
      if (line.x[i] > high || !Number.isFinite(ys[i])) continue;
      if (found === null || line.x[i] > found.x) found = { x: line.x[i], y: ys[i] };
      break;
    }
  }
  return found;
}

/** The labels of lines whose ends are in sight. `names` are those of `endNames`. */
export function endLabels(
  series: readonly DrawnSeries[],
  names: readonly string[],
  x: Projection,
  y: Projection,
): EndLabel[] {
  const [toX, toY] = [pixelsOf(x), pixelsOf(y)];
  const [top, bottom] = [Math.min(y.start, y.end), Math.max(y.start, y.end)];
  const ends = names.flatMap((text, i) => {
    const last = lastPoint(series[i], [x.low, x.high]);
    if (last === null || text === "" || (y.scale === "log" && last.y <= 0)) return [];
    const place = toY(last.y);
    if (place < top - 1 || place > bottom + 1) return [];
    return [{ text, colour: series[i].style.colour, left: toX(last.x) + GAP, middle: place }];
  });
  ends.sort((one, other) => one.middle - other.middle);
  const middles = spread(
    ends.map(({ middle }) => middle),
    TEXT_HEIGHT + 1,
  );
  return ends.flatMap((end, i) =>
    Math.abs(middles[i] - end.middle) > FURTHEST ? [] : [{ ...end, middle: middles[i] }],
  );
}
