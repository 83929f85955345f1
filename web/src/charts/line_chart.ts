/**
 * A line chart: uPlot for axes, grid and gestures, our own drawing for lines, bands and marks.
 *
 * It is told what to show (`update`) and tells what the user did (`ChartEvents`); it keeps no state of its own. The
 * emphasis of a run and the crosshair are on a second canvas, so that moving the pointer never redraws the lines.
 */

import uPlot from "uplot";
import type { Axis, Range } from "../api/scalars";
import type { RunStyle } from "./colour";
import { type Drawn, drawBand, drawLine, drawMarks, type Plot } from "./draw";
import { logTickLabels, tickLabels } from "./format";
import { extentOfX, extentOfY, type Line } from "./line";
import { type Projection, toPixel, toValue, withAir, withWidth } from "./projection";
import { durationLabels, durationTicks, linearTicks, logTicks, timeLabels, timeTicks } from "./ticks";

export interface DrawnRun {
  name: string;
  style: RunStyle;
  lines: readonly Line[];
}

export interface ChartModel {
  runs: readonly DrawnRun[];
  axis: Axis;
  isLogX: boolean;
  isLogY: boolean;
  /** The range to show; null for all of it. */
  range: Range | null;
  ground: string;
  text: string;
  grid: string;
}

export interface ChartEvents {
  onZoom(range: Range): void;
  onReset(): void;
  /** The pointer is over the plot: x as a value, and pixels from the plot's left and top. */
  onPoint(x: number, left: number, top: number): void;
  onLeave(): void;
  /** It was drawn. */
  onDraw(facts: ChartFacts): void;
}

export interface ChartFacts extends Drawn {
  x: Range;
  y: Range;
  lastX: number | null;
}

const FONT = '11px system-ui, "Segoe UI", Roboto, sans-serif';
const LINE_WIDTH = 1.4;
const EMPHASIS_WIDTH = 2.6;
const RAW_ALPHA = 0.3;
/** Of a picture, in CSS pixels. */
const TITLE_HEIGHT = 26;

/** Whether both models need the same uPlot: its scales cannot be changed afterwards. */
function sameScales(one: ChartModel, other: ChartModel): boolean {
  return one.axis === other.axis && one.isLogX === other.isLogX && one.isLogY === other.isLogY;
}

/** The first and the last x of all lines. */
export function extentOfRuns(runs: readonly DrawnRun[]): Range | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const run of runs) {
    for (const line of run.lines) {
      const extent = extentOfX(line);
      if (extent === null) continue;
      low = Math.min(low, extent[0]);
      high = Math.max(high, extent[1]);
    }
  }
  return low <= high ? [low, high] : null;
}

export class LineChart {
  readonly #host: HTMLElement;
  readonly #events: ChartEvents;
  #model: ChartModel;
  #plot: uPlot | null = null;
  #overlay = document.createElement("canvas");
  #xRange: [number, number] = [0, 1];
  #yRange: [number, number] = [0, 1];
  #emphasis: string | null = null;
  #cursor: number | null = null;
  #size: { width: number; height: number };

  constructor(
    host: HTMLElement,
    events: ChartEvents,
    model: ChartModel,
    size: { width: number; height: number },
  ) {
    this.#host = host;
    this.#events = events;
    this.#model = model;
    this.#size = size;
    this.#overlay.className = "chart-overlay";
    this.update(model);
  }

  /** Show something else; what was hovered stays hovered. */
  update(model: ChartModel): void {
    const old = this.#model;
    this.#model = model;
    this.#fit();
    if (
      this.#plot === null ||
      !sameScales(old, model) ||
      old.text !== model.text ||
      old.grid !== model.grid
    ) {
      this.#plot?.destroy();
      this.#plot = this.#create();
    } else {
      this.#plot.setData(this.#data());
    }
    this.#drawOverlay();
  }

  resize(width: number, height: number): void {
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    this.#plot?.setSize(this.#size);
    this.#drawOverlay();
  }

  /** Emphasise a run, and draw the crosshair at x; null for neither. */
  point(emphasis: string | null, cursor: number | null): void {
    if (this.#emphasis === emphasis && this.#cursor === cursor) return;
    this.#emphasis = emphasis;
    this.#cursor = cursor;
    this.#drawOverlay();
  }

  /** The axes in CSS pixels from the plot's left and top. */
  axes(): { x: Projection; y: Projection } {
    const over = this.#plot?.over;
    const width = over?.clientWidth ?? 1;
    const height = over?.clientHeight ?? 1;
    return this.#project(0, 0, width, height);
  }

  /** Width of the plot without its axes, in CSS pixels. */
  plotWidth(): number {
    return this.#plot?.over.clientWidth ?? this.#size.width;
  }

  /** The chart as it is on screen, below its title and on a ground. */
  picture(title: string, text: string, ground: string): HTMLCanvasElement | null {
    const drawn = this.#plot?.ctx.canvas;
    if (drawn === undefined) return null;
    const ratio = uPlot.pxRatio;
    const canvas = document.createElement("canvas");
    canvas.width = drawn.width;
    canvas.height = drawn.height + TITLE_HEIGHT * ratio;
    const context = canvas.getContext("2d");
    if (context === null) return null;
    context.fillStyle = ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = text;
    context.font = FONT.replace("11px", `${Math.round(13 * ratio)}px`);
    context.fillText(title, 8 * ratio, 18 * ratio, canvas.width - 16 * ratio);
    context.drawImage(drawn, 0, TITLE_HEIGHT * ratio);
    return canvas;
  }

  destroy(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #project(left: number, top: number, width: number, height: number): { x: Projection; y: Projection } {
    const { isLogX, isLogY } = this.#model;
    return {
      x: { low: this.#xRange[0], high: this.#xRange[1], isLog: isLogX, start: left, end: left + width },
      y: { low: this.#yRange[0], high: this.#yRange[1], isLog: isLogY, start: top + height, end: top },
    };
  }

  /** Find the bounds: x as asked, y of what is within. */
  #fit(): void {
    const { runs, isLogX, isLogY } = this.#model;
    const extent = this.#model.range ?? extentOfRuns(runs) ?? (isLogX ? [1, 10] : [0, 1]);
    let [from, to] = extent;
    if (isLogX && from <= 0) from = Math.max(extentOfRuns(runs)?.[0] ?? 1, Number.MIN_VALUE);
    if (isLogX && to <= from) to = from * 10;
    this.#xRange = withWidth(from, to, isLogX);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const run of runs) {
      for (const line of run.lines) {
        const range = extentOfY(line, this.#xRange[0], this.#xRange[1], isLogY);
        if (range === null) continue;
        low = Math.min(low, range[0]);
        high = Math.max(high, range[1]);
      }
    }
    if (low > high) [low, high] = isLogY ? [0.1, 1] : [0, 1];
    this.#yRange = withAir(low, high, isLogY);
  }

  /** uPlot gets one empty series: it draws axes, and leaves the lines to us. */
  #data(): uPlot.AlignedData {
    return [this.#xRange, [null, null]];
  }

  #create(): uPlot {
    const { axis, isLogX, isLogY, text, grid } = this.#model;
    const options: uPlot.Options = {
      ...this.#size,
      legend: { show: false },
      padding: [6, 10, 0, 0],
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: 4 },
        bind: {
          dblclick: () => () => {
            this.#events.onReset();
            return null;
          },
        },
      },
      scales: {
        x: { time: false, distr: isLogX ? 3 : 1, range: () => this.#xRange },
        y: { distr: isLogY ? 3 : 1, range: () => this.#yRange },
      },
      series: [{}, { scale: "y", paths: () => null, points: { show: false } }],
      axes: [
        {
          ...frame(text, grid, FONT),
          size: 24,
          gap: 3,
          splits: (plot) => this.#xTicks(plot.width),
          values: (_plot, ticks) =>
            axis === "wall"
              ? timeLabels(ticks)
              : axis === "relative"
                ? durationLabels(ticks)
                : isLogX
                  ? logTickLabels(ticks)
                  : tickLabels(ticks),
        },
        {
          ...frame(text, grid, FONT),
          gap: 4,
          size: (_plot, labels) => {
            const longest = Math.max(0, ...(labels ?? []).map((label) => String(label).length));
            return Math.max(40, 17 + longest * 6.3);
          },
          splits: (plot) => this.#yTicks(plot.height),
          values: (_plot, ticks) => (isLogY ? logTickLabels(ticks) : tickLabels(ticks)),
        },
      ],
      hooks: {
        draw: [(plot) => this.#drawLines(plot)],
        setSelect: [(plot) => this.#select(plot)],
        setCursor: [(plot) => this.#move(plot)],
      },
    };
    const plot = new uPlot(options, this.#data(), this.#host);
    plot.over.append(this.#overlay);
    return plot;
  }

  #xTicks(width: number): number[] {
    const [low, high] = this.#xRange;
    if (this.#model.axis === "wall") return timeTicks(low, high, width / 105);
    if (this.#model.axis === "relative" && !this.#model.isLogX) return durationTicks(low, high, width / 75);
    return this.#model.isLogX ? logTicks(low, high, width / 65) : linearTicks(low, high, width / 90);
  }

  #yTicks(height: number): number[] {
    const [low, high] = this.#yRange;
    return this.#model.isLogY ? logTicks(low, high, height / 31) : linearTicks(low, high, height / 43);
  }

  #drawLines(plot: uPlot): void {
    const { left, top, width, height } = plot.bbox;
    const ratio = uPlot.pxRatio;
    const place: Plot = { left, top, width, height, ratio, ...this.#project(left, top, width, height) };
    const context = plot.ctx;
    const drawn: Drawn = { entries: 0, marks: 0 };
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    const isCrowded = this.#model.runs.length > 12;
    const lineWidth = isCrowded ? 1 : LINE_WIDTH;
    context.globalAlpha = isCrowded ? 0.1 : 0.2;
    this.#eachLine((line, style) => drawBand(context, line, style, place));
    // What was recorded stays in sight, faintly, behind what smoothing makes of it.
    context.globalAlpha = RAW_ALPHA;
    this.#eachLine((line, style) => {
      if (line.smooth !== null) drawLine(context, line, style, place, 1);
    });
    context.globalAlpha = 1;
    this.#eachLine((line, style) => {
      drawn.entries += drawLine(context, line, style, place, lineWidth, line.smooth ?? line.y);
    });
    this.#eachLine((line, style) => {
      drawn.marks += drawMarks(context, line, style, place);
    });
    context.restore();
    const extent = extentOfRuns(this.#model.runs);
    const lastX = extent === null ? null : Math.min(extent[1], this.#xRange[1]);
    this.#events.onDraw({ ...drawn, x: this.#xRange, y: this.#yRange, lastX });
  }

  #eachLine(draw: (line: Line, style: RunStyle) => void): void {
    // The first runs are drawn last, on top: they are those the list shows first.
    for (let i = this.#model.runs.length - 1; i >= 0; i--) {
      const run = this.#model.runs[i];
      for (const line of run.lines) draw(line, run.style);
    }
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
    const run = this.#model.runs.find(({ name }) => name === this.#emphasis);
    if (run !== undefined && this.#model.runs.length > 1) {
      context.globalAlpha = 0.65;
      context.fillStyle = this.#model.ground;
      context.fillRect(0, 0, width, height);
    }
    if (run !== undefined) {
      context.globalAlpha = 0.25;
      for (const line of run.lines) drawBand(context, line, run.style, place);
      context.globalAlpha = 1;
      for (const line of run.lines) {
        drawLine(context, line, run.style, place, EMPHASIS_WIDTH, line.smooth ?? line.y);
      }
      for (const line of run.lines) drawMarks(context, line, run.style, place);
    }
    if (this.#cursor !== null && this.#cursor >= this.#xRange[0] && this.#cursor <= this.#xRange[1]) {
      context.globalAlpha = 0.6;
      context.fillStyle = this.#model.text;
      context.fillRect(Math.round(toPixel(place.x, this.#cursor)), 0, Math.max(1, Math.floor(ratio)), height);
    }
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 4) return;
    const { x } = this.axes();
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#events.onZoom([toValue(x, left), toValue(x, left + width)]);
  }

  #move(plot: uPlot): void {
    const { left, top } = plot.cursor;
    if (left === undefined || top === undefined || left < 0) this.#events.onLeave();
    else this.#events.onPoint(toValue(this.axes().x, left), left, top);
  }
}

function frame(text: string, grid: string, font: string): uPlot.Axis {
  return {
    stroke: text,
    font,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1, size: 4 },
    filter: (_plot, ticks) => ticks,
  };
}
