/**
 * A line chart: uPlot for the canvas and gestures, our own drawing for axes, lines, bands and marks.
 *
 * It takes content to show (`update`) and reports gestures of the user (`ChartEvents`); it keeps no state of its own. The
 * emphasis of a run and the crosshair are on a second canvas, so that moving the pointer never redraws the lines.
 */

import uPlot from "uplot";
import type { Range, Scale } from "../series/axis";
import { type AxisLayout, widthOfLabels, xAxis, yAxis } from "./axes";
import type { ChartContent, DrawnSeries } from "./chart_content";
import { drawBand, drawLine, drawMarks, type Plot } from "./draw";
import { drawAxes, drawEndLabels } from "./draw_axes";
import { type DrawnFacts, drawChart, projections } from "./draw_chart";
import { endLabels, endNames, widthOfNames } from "./end_labels";
import { extentOfSeries, type Fit, fitAxes } from "./fit";
import { type Gestures, listenTo } from "./gestures";
import { canvasLayer } from "./layer";
import { between, isMotionWanted, Motion } from "./motion";
import { pictureOf } from "./picture";
import { type Projection, toPixel, toValue } from "./projection";
import { svgOf } from "./svg";
import { listenToTouch } from "./touch";

export interface ChartEvents extends Gestures {
  /** The pointer is over the plot: x as a value, and pixels from the plot's left and top. */
  onPoint(x: number, left: number, top: number): void;
  onLeave(): void;
  /** It was drawn. */
  onDraw(facts: ChartFacts): void;
}

export interface ChartFacts extends DrawnFacts {
  x: Range;
  y: Range;
  lastX: number | null;
  above: number;
  below: number;
  noPlace: number;
}

const EMPHASIS_WIDTH = 2.6;
/** In CSS pixels: the room above the plot and on its right, and that of the x axis. */
const TOP = 6;
const RIGHT = 10;
const X_AXIS = 24;
const X_TITLE = 12;
/** Of a saved picture, per pixel on screen. */
const PICTURE_RATIO = 2;

/**
 * A chart of more entries is not drawn several times for one change: a screen has about ten charts, which all move at
 * once, and finer data waits for the pictures on the way.
 */
const MOST_IN_MOTION = 5_000;

function isSmall({ series }: ChartContent): boolean {
  let entries = 0;
  for (const { lines } of series) for (const { x } of lines) entries += x.length;
  return entries <= MOST_IN_MOTION;
}

/** The names at the ends of lines; those of places are below them. */
function namesOf({ series, places }: ChartContent, width: number): readonly string[] {
  return places === null ? endNames(series, width) : [];
}

/** Whether both models need the same uPlot: its scales cannot be changed afterwards. */
function sameScales(one: ChartContent, other: ChartContent): boolean {
  const isOneKind = (one.places === null) === (other.places === null);
  return isOneKind && one.axis === other.axis && one.xScale === other.xScale && one.yScale === other.yScale;
}

export class LineChart {
  readonly #host: HTMLElement;
  readonly #events: ChartEvents;
  #content: ChartContent;
  #plot: uPlot | null = null;
  #overlay = document.createElement("canvas");
  /** The ranges to show, and those that are drawn on the way there. */
  #fit: Fit = {
    ...{ x: [0, 1], y: [0, 1], hasX: false, hasY: false, threshold: 1 },
    ...{ above: 0, below: 0, noPlace: 0 },
  };
  #drawn: Fit = this.#fit;
  readonly #motion = new Motion((share) => this.#move(share));
  #from: Fit = this.#fit;
  /** The names at the ends of the lines, as they fit there. */
  #names: readonly string[] = [];
  #emphasis: string | null = null;
  /** More curves of the emphasised series: the members of a group. */
  #members: readonly DrawnSeries[] = [];
  #cursor: number | null = null;
  #size: { width: number; height: number };

  constructor(
    host: HTMLElement,
    events: ChartEvents,
    content: ChartContent,
    size: { width: number; height: number },
  ) {
    this.#host = host;
    this.#events = events;
    this.#content = content;
    this.#size = size;
    this.#overlay.className = "chart-overlay";
    this.update(content);
  }

  /** Show other content; a hovered series stays hovered. Another range of x is gone to, so that the eye can follow. */
  update(content: ChartContent): void {
    const old = this.#content;
    this.#content = content;
    const { threshold } = this.#fit;
    this.#fit = fitAxes(content.series, content);
    const roomOfNames = widthOfNames(this.#names);
    this.#names = namesOf(content, this.#size.width);
    const isAnother =
      !sameScales(old, content) || (content.yScale === "symlog" && threshold !== this.#fit.threshold);
    const isElsewhere = String(old.xRange) !== String(content.xRange);
    if (this.#plot === null || isAnother) {
      this.#jump();
      this.#plot?.destroy();
      this.#plot = this.#create();
    } else if (this.#motion.isRunning && !isElsewhere) {
      // Finer data for where it is going, which the next frame draws.
    } else if (!this.#motion.isRunning && isElsewhere && isSmall(content) && isMotionWanted()) {
      this.#from = this.#drawn;
      this.#motion.start();
    } else {
      // Also where one change follows the other, as of a wheel.
      this.#jump();
      this.#plot.setData(this.#data());
      // uPlot keeps the plot's size while no range changes.
      if (widthOfNames(this.#names) !== roomOfNames) this.#plot.redraw(false, true);
    }
    this.#drawOverlay();
  }

  /** The ranges are there at once. */
  #jump(): void {
    this.#motion.stop();
    this.#drawn = this.#fit;
  }

  #move(share: number): void {
    const { xScale, yScale } = this.#content;
    const { x, y, threshold } = this.#fit;
    this.#drawn = {
      ...this.#fit,
      x: between(this.#from.x, x, share, xScale),
      y: between(this.#from.y, y, share, yScale, threshold),
    };
    this.#plot?.setData(this.#data());
    this.#drawOverlay();
  }

  resize(width: number, height: number): void {
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    this.#names = namesOf(this.#content, width);
    this.#plot?.setSize(this.#size);
    this.#drawOverlay();
  }

  /** Emphasise a run or group, with its members where they are known, and draw the crosshair at x; null for neither. */
  point(emphasis: string | null, cursor: number | null, members: readonly DrawnSeries[] = []): void {
    if (this.#emphasis === emphasis && this.#cursor === cursor && this.#members === members) return;
    this.#emphasis = emphasis;
    this.#cursor = cursor;
    this.#members = members;
    this.#drawOverlay();
  }

  /** The axes in CSS pixels from the plot's left and top, as they are when nothing moves any more. */
  axes(): { x: Projection; y: Projection } {
    const over = this.#plot?.over;
    const width = over?.clientWidth ?? 1;
    const height = over?.clientHeight ?? 1;
    return projections(this.#content, this.#fit, { left: 0, top: 0, width, height });
  }

  /** Width of the plot without its axes, in CSS pixels. */
  plotWidth(): number {
    return this.#plot?.over.clientWidth ?? this.#size.width;
  }

  /** The chart as it is on screen, in twice its pixels, with titles and names and on a ground. */
  picture(title: string): HTMLCanvasElement | null {
    return pictureOf(this.#content, this.#fit, this.#size, title, PICTURE_RATIO * uPlot.pxRatio);
  }

  /** The chart as an SVG document, of the size that it has on screen. */
  svg(title: string): string {
    return svgOf(this.#content, this.#fit, this.#size, title);
  }

  destroy(): void {
    this.#motion.stop();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #project(left: number, top: number, width: number, height: number): { x: Projection; y: Projection } {
    return projections(this.#content, this.#drawn, { left, top, width, height });
  }

  /** Of an axis of steps there is none: that is what people take an axis for. */
  #xTitle(): string {
    const { axis, places, xTitle } = this.#content;
    return axis === "step" && places === null ? "" : xTitle;
  }

  #xAxisHeight(): number {
    return this.#xTitle() === "" ? X_AXIS : X_AXIS + X_TITLE;
  }

  #yAxis(): AxisLayout {
    const { height } = this.#size;
    return yAxis(
      this.#content,
      this.#drawn,
      this.#project(0, TOP, 1, height - TOP - this.#xAxisHeight()).y,
      height,
    );
  }

  /** uPlot gets one empty series: it leaves the drawing to us. */
  #data(): uPlot.AlignedData {
    return [this.#drawn.x, [null, null]];
  }

  #create(): uPlot {
    const { xScale, yScale } = this.#content;
    const options: uPlot.Options = {
      ...this.#size,
      legend: { show: false },
      padding: [TOP, () => RIGHT + widthOfNames(this.#names), 0, 0],
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: 4 },
        // A double click resets through our own listener.
        bind: { dblclick: () => () => null },
      },
      scales: {
        x: { time: false, ...distribution(xScale, 1), range: () => this.#drawn.x },
        y: { ...distribution(yScale, this.#fit.threshold), range: () => this.#drawn.y },
      },
      series: [{}, { scale: "y", paths: () => null, points: { show: false } }],
      axes: [
        { ...NOTHING_DRAWN, size: () => this.#xAxisHeight() },
        { ...NOTHING_DRAWN, size: () => widthOfLabels(this.#yAxis()) },
      ],
      hooks: {
        draw: [(plot) => this.#drawLines(plot)],
        setCursor: [(plot) => this.#point(plot)],
      },
    };
    const plot = new uPlot(options, this.#data(), this.#host);
    plot.over.append(this.#overlay);
    listenTo(plot, () => this.axes(), this.#events);
    listenToTouch(plot, () => this.axes().x, this.#events);
    return plot;
  }

  #drawLines(plot: uPlot): void {
    const { left, top, width, height } = plot.bbox;
    const ratio = uPlot.pxRatio;
    const place: Plot = { left, top, width, height, ratio, ...this.#project(left, top, width, height) };
    const rectangle = { left: left / ratio, top: top / ratio, width: width / ratio, height: height / ratio };
    const { x: across } = this.#project(rectangle.left, 0, rectangle.width, 0);
    const labelled = xAxis(this.#content, this.#drawn, across, this.#size.width);
    drawAxes(plot.ctx, rectangle, labelled, this.#yAxis(), this.#content, ratio, this.#xTitle());
    plot.ctx.save();
    plot.ctx.beginPath();
    plot.ctx.rect(left, top, width, height);
    plot.ctx.clip();
    const drawn = drawChart(plot.ctx, canvasLayer(plot.ctx), this.#content, this.#drawn, place);
    plot.ctx.restore();
    const ends = this.#project(rectangle.left, rectangle.top, rectangle.width, rectangle.height);
    drawEndLabels(plot.ctx, endLabels(this.#content.series, this.#names, ends.x, ends.y), ratio);
    const extent = extentOfSeries(this.#content.series);
    const { x, y, above, below, noPlace } = this.#fit;
    const lastX = extent === null ? null : Math.min(extent[1], x[1]);
    this.#events.onDraw({ ...drawn, x, y, lastX, above, below, noPlace });
  }

  #drawOverlay(): void {
    const over = this.#plot?.over;
    if (over === undefined) return;
    const ratio = uPlot.pxRatio;
    const width = Math.round(over.clientWidth * ratio);
    const height = Math.round(over.clientHeight * ratio);
    if (this.#overlay.width !== width || this.#overlay.height !== height) {
      this.#overlay.width = width;
      this.#overlay.height = height;
    }
    const context = this.#overlay.getContext("2d");
    if (context === null) return;
    context.clearRect(0, 0, width, height);
    const place: Plot = { left: 0, top: 0, width, height, ratio, ...this.#project(0, 0, width, height) };
    const standing = this.#content.series.filter(({ name }) => name === this.#emphasis);
    if (standing.length > 0 && (this.#content.series.length > standing.length || this.#members.length > 0)) {
      context.globalAlpha = 0.65;
      context.fillStyle = this.#content.ground;
      context.fillRect(0, 0, width, height);
    }
    context.globalAlpha = 0.6;
    for (const { lines, style } of this.#members) {
      for (const line of lines) drawLine(context, line, style, place, 1, line.smooth ?? line.y);
    }
    for (const { lines, style } of standing) {
      context.globalAlpha = 0.25;
      for (const line of lines) drawBand(context, line, style, place);
      context.globalAlpha = 1;
      for (const line of lines) drawLine(context, line, style, place, EMPHASIS_WIDTH, line.smooth ?? line.y);
      for (const line of lines) drawMarks(context, line, style, place);
    }
    if (this.#cursor !== null && this.#cursor >= this.#drawn.x[0] && this.#cursor <= this.#drawn.x[1]) {
      context.globalAlpha = 0.6;
      context.fillStyle = this.#content.text;
      context.fillRect(Math.round(toPixel(place.x, this.#cursor)), 0, Math.max(1, Math.floor(ratio)), height);
    }
  }

  #point(plot: uPlot): void {
    const { left, top } = plot.cursor;
    if (left === undefined || top === undefined || left < 0) this.#events.onLeave();
    else this.#events.onPoint(toValue(this.axes().x, left), left, top);
  }
}

/** The same scale, as uPlot names it. */
function distribution(scale: Scale, threshold: number): { distr: 1 | 3 | 4; asinh?: number } {
  if (scale === "symlog") return { distr: 4, asinh: threshold };
  return { distr: scale === "log" ? 3 : 1 };
}

/** An axis that only takes room. */
const NOTHING_DRAWN: uPlot.Axis = {
  grid: { show: false },
  ticks: { show: false },
  splits: () => [],
  values: () => [],
};
