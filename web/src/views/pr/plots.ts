/** The pictures of a card: curves at a place, or the areas below them over steps. */

import { widthOfLabels } from "../../charts/axes";
import type { Pen } from "../../charts/draw";
import { coordinate, numbersUp, type Panel, placesAcross, plotOf, valuesAcross } from "../../charts/panel";
import { type Projection, pixelsOf, withAir } from "../../charts/projection";
import type { RunStyle } from "../../kit/colour";
import type { DrawnAxis, Range } from "../../series/axis";
import type { RunAreas, RunCurve } from "./card_curves";
import { type CurveForm, nearestIndex, pointAt, prevalence } from "./curve";
import { linesOf, linesOfAreas, type Points } from "./curve_lines";

export interface CurvePlot extends Panel {
  x: Projection;
  y: Projection;
}

export interface PlotOptions {
  size: { width: number; height: number };
  form: CurveForm;
  ground: string;
  text: string;
  /** The run that stands out; null for none. */
  emphasis: string | null;
}

/** Room about 0 and 1, so that lines along an edge are whole. */
const UNIT: Range = [-0.015, 1.03];
const [LINE, BOLD, RADIUS] = [1.6, 2.6, 4];
const BASELINE = [2, 3];

function axes(size: PlotOptions["size"], xRange: Range, yRange: Range) {
  const upOf = (left: number) => coordinate("y", plotOf(size, left), yRange, null);
  const plot = plotOf(size, widthOfLabels(numbersUp(upOf(0), size.height)));
  const y = upOf(plot.left);
  return { plot, x: coordinate("x", plot, xRange, null), y, up: numbersUp(y, size.height) };
}

interface Drawing {
  toX: (value: number) => number;
  toY: (value: number) => number;
}

function draw(
  pen: Pen,
  lines: readonly Points[],
  style: RunStyle,
  width: number,
  { toX, toY }: Drawing,
): void {
  pen.strokeStyle = pen.fillStyle = style.colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  for (const line of lines) {
    pen.setLineDash(style.dash);
    pen.beginPath();
    for (const [i, [x, y]] of line.entries()) {
      if (i === 0) pen.moveTo(toX(x), toY(y));
      else pen.lineTo(toX(x), toY(y));
    }
    pen.stroke();
    pen.setLineDash([]);
    if (line.length > 1) continue;
    // A point alone has no line.
    pen.beginPath();
    pen.arc(toX(line[0][0]), toY(line[0][1]), width, 0, 2 * Math.PI);
    pen.fill();
  }
}

function ring(
  pen: Pen,
  [x, y]: readonly [number, number],
  colour: string,
  ground: string,
  at: Drawing,
): void {
  pen.beginPath();
  pen.arc(at.toX(x), at.toY(y), RADIUS, 0, 2 * Math.PI);
  pen.fillStyle = ground;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  pen.fill();
  pen.stroke();
}

/** What a classifier that knows nothing has: the diagonal, or a precision of the share of positives. */
function baselines(all: readonly RunCurve[], form: CurveForm): Points[] {
  if (form === "roc")
    return [
      [
        [0, 0],
        [1, 1],
      ],
    ];
  const shares = new Set(
    all
      .flatMap(({ curve }) => (curve === null ? [] : (prevalence(curve) ?? [])))
      .filter((share) => share > 0)
      .map((share) => share.toFixed(3)),
  );
  // Of runs over different samples none holds for all.
  return shares.size === 1
    ? [...shares].map(Number).map((share) => [
        [0, share],
        [1, share],
      ])
    : [];
}

const known = new WeakMap<object, Partial<Record<CurveForm, Points[]>>>();

function linesOnce(curve: NonNullable<RunCurve["curve"]>, form: CurveForm): Points[] {
  const lines = known.get(curve) ?? {};
  lines[form] ??= linesOf(curve, form);
  known.set(curve, lines);
  return lines[form];
}

/** Curves; on each of them a ring at a threshold, where one is given. */
export function curvesPlot(
  all: readonly RunCurve[],
  threshold: number | null,
  options: PlotOptions,
): CurvePlot {
  const { size, form, emphasis, ground, text } = options;
  const { plot, x, y, up } = axes(size, UNIT, UNIT);
  const at = { toX: pixelsOf(x), toY: pixelsOf(y) };
  return {
    ...{ size, plot, x, y, up, cells: null },
    across: valuesAcross({ range: UNIT, scale: "linear", threshold: 1 }, x, size.width),
    draw(pen) {
      pen.globalAlpha = 0.6;
      draw(pen, baselines(all, form), { colour: text, dash: BASELINE }, 1, at);
      // The first are drawn last, on top: they are those the list shows first.
      const drawn = all.filter(({ curve }) => curve !== null).toReversed();
      for (const { run, curve, reference, style } of drawn) {
        const isPale = emphasis !== null && emphasis !== run.name;
        if (reference !== null) {
          pen.globalAlpha = isPale ? 0.15 : 0.55;
          draw(pen, linesOnce(reference, form), { ...style, dash: [1, 3] }, LINE, at);
        }
        pen.globalAlpha = isPale ? 0.25 : 1;
        const width = emphasis === run.name && all.length > 1 ? BOLD : LINE;
        if (curve !== null) draw(pen, linesOnce(curve, form), style, width, at);
      }
      for (const { run, curve, style } of threshold === null ? [] : drawn) {
        const point = curve === null ? null : pointAt(curve, nearestIndex(curve, threshold ?? 0), form);
        pen.globalAlpha = emphasis !== null && emphasis !== run.name ? 0.4 : 1;
        if (point !== null) ring(pen, point, style.colour, ground, at);
      }
      pen.globalAlpha = 1;
    },
  };
}

function extent(all: Iterable<ArrayLike<number>>): Range | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of all) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return low <= high ? [low, high] : null;
}

/** The areas of each run in one of the forms. */
export function areasOf({ rows }: RunAreas, form: CurveForm): RunAreas["rows"]["rocAuc"] {
  return form === "pr" ? rows.averagePrecision : rows.rocAuc;
}

export interface AreasOptions extends PlotOptions {
  axis: DrawnAxis;
  /** Marked on the axis; null for none. */
  place: number | null;
  /** The row of each run that is marked. */
  marked: ReadonlyMap<string, number>;
}

/** Areas over steps: of the range that they have. */
export function areasPlot(all: readonly RunAreas[], options: AreasOptions): CurvePlot {
  const { size, form, axis, emphasis, place, marked, ground, text } = options;
  const [low, high] = extent(all.map((each) => areasOf(each, form))) ?? [0, 1];
  const { plot, x, y, up } = axes(
    size,
    extent(all.map((each) => each.x)) ?? [0, 1],
    withAir(low, high, "linear"),
  );
  const at = { toX: pixelsOf(x), toY: pixelsOf(y) };
  return {
    ...{ size, plot, x, y, up, cells: null, across: placesAcross(axis, x, size.width) },
    draw(pen) {
      if (place !== null) {
        pen.globalAlpha = 0.6;
        draw(
          pen,
          [
            [
              [place, y.low],
              [place, y.high],
            ],
          ],
          { colour: text, dash: [] },
          1,
          at,
        );
      }
      for (const { run, rows, x: places, style } of all.toReversed()) {
        pen.globalAlpha = emphasis !== null && emphasis !== run.name ? 0.25 : 1;
        const width = emphasis === run.name && all.length > 1 ? BOLD : LINE;
        draw(pen, linesOfAreas(rows, places, form), style, width, at);
      }
      pen.globalAlpha = 1;
      for (const each of all) {
        const row = marked.get(each.run.name);
        if (row === undefined || Number.isNaN(areasOf(each, form)[row])) continue;
        ring(pen, [each.x[row], areasOf(each, form)[row]], each.style.colour, ground, at);
      }
    },
  };
}

/** The row of a run that is nearest to a place on the axis; null without any. */
export function nearestRow({ x }: RunAreas, place: number): number | null {
  let found: number | null = null;
  for (let row = 0; row < x.length; row++)
    if (found === null || Math.abs(x[row] - place) <= Math.abs(x[found] - place)) found = row;
  return found;
}
