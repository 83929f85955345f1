/** Parallel axes: one for each hyper-parameter that differs, the metric at the end, and a line for each run. */

import { useEffect, useRef } from "preact/hooks";
import { placeLabels } from "../../charts/axes";
import { drawSoon } from "../../charts/draw_queue";
import { cutText, TEXT_HEIGHT } from "../../charts/text_width";
import { plural } from "../../kit/format";
import { useSize } from "../cards/use_sight";
import { BrushStrip } from "./brush_strip";
import { metricColumn } from "./compared";
import { drawEmphasised, drawLines, type Frame, lineAt } from "./parallel_lines";
import {
  emphasised,
  MOST_AXES,
  type PlotAxis,
  plotAxes,
  plottedParameters,
  plottedRuns,
  unreadCount,
} from "./plotted";
import { pointing } from "./pointing";
import { changeRunsView } from "./runs_view_link";

const HEIGHT = 230;
/** The room of names above the axes, and below them that of nothing, or of runs without a value. */
const ABOVE = 26;
const [BELOW, BELOW_WITHOUT, LOWEST] = [26, 38, 10];
const [LEFT, RIGHT] = [16, 76];
/** Axes are no nearer to each other: what has no room is scrolled to. */
const NARROWEST = 72;
const LABEL_GAP = 3;

function frameOf(axes: readonly PlotAxis[], width: number): Frame & { width: number } {
  const count = axes.length;
  const below = axes.some(({ without }) => without > 0) ? BELOW_WITHOUT : BELOW;
  const least = LEFT + RIGHT + (count - 1) * NARROWEST;
  const whole = Math.max(width, least);
  const gap = count > 1 ? (whole - LEFT - RIGHT) / (count - 1) : 0;
  const xs = Array.from({ length: count }, (_, i) => LEFT + i * gap);
  return { xs, top: ABOVE, bottom: HEIGHT - below, none: HEIGHT - LOWEST, width: whole };
}

export function ParallelPlot() {
  const place = useRef<HTMLDivElement>(null);
  const [lines, front] = [useRef<HTMLCanvasElement>(null), useRef<HTMLCanvasElement>(null)];
  const [below, above] = [useRef({}), useRef({})];
  const { width } = useSize(place).value;
  const axes = plotAxes.value;
  const frame = frameOf(axes, width);
  const runs = plottedRuns.value;
  const standOut = emphasised.value;
  useEffect(() => {
    drawSoon(below.current, () => {
      const begin = performance.now();
      const context = sized(lines.current, frame.width);
      if (context === null) return;
      const dim = getComputedStyle(context.canvas).getPropertyValue("--line");
      drawLines(context, runs, frame, dim);
      context.canvas.dataset.drawn = (performance.now() - begin).toFixed(1);
    });
  }, [runs, frame.width, axes]);
  useEffect(() => {
    drawSoon(
      above.current,
      () => {
        const context = sized(front.current, frame.width);
        if (context !== null) drawEmphasised(context, standOut, frame);
      },
      true,
    );
  }, [standOut, frame.width]);
  useEffect(
    () => () => {
      drawSoon(below.current, null);
      drawSoon(above.current, null);
    },
    [],
  );
  const size = { width: `${frame.width}px`, height: `${HEIGHT}px` };
  const left = runs.filter((run) => run.isWithin).length;
  const further = plottedParameters.value.length - MOST_AXES;
  return (
    <section
      class="parallel-plot"
      aria-label="Parallel coordinates"
      data-testid="parallel-plot"
      data-runs={runs.length}
      data-within={left}
    >
      <div class="parallel-scroller" ref={place}>
        {/* biome-ignore lint/a11y: the list of runs has the same for keys and for screen readers. */}
        <div
          class="parallel-area"
          style={size}
          {...pointing((x, y) => lineAt(runs, frame, x, y))}
          onDblClick={(event) => {
            if (!(event.target as Element).closest(".brush-strip")) changeRunsView({ brushes: [] });
          }}
        >
          <canvas
            ref={lines}
            class={standOut.length > 0 ? "is-behind" : ""}
            style={size}
            role="img"
            aria-label={`${plural(runs.length, "run")} over ${axes.map(({ name }) => name).join(", ")}`}
          />
          <canvas ref={front} style={size} />
          {axes.map((plotAxis, i) => (
            <AxisLabels
              key={plotAxis.axis.column}
              plotAxis={plotAxis}
              x={frame.xs[i]}
              height={frame.bottom - frame.top}
              room={(frame.xs[i + 1] ?? frame.xs[i] + RIGHT) - frame.xs[i]}
            />
          ))}
          {axes.map((plotAxis, i) => (
            <BrushStrip
              key={plotAxis.axis.column}
              plotAxis={plotAxis}
              x={frame.xs[i]}
              top={frame.top}
              bottom={frame.bottom}
            />
          ))}
        </div>
      </div>
      {unreadCount.value > 0 && <p class="quiet">{plural(unreadCount.value, "run")} being read.</p>}
      {further > 0 && (
        <p class="quiet">
          {MOST_AXES} of {plural(MOST_AXES + further, "hyper-parameter")}: those that the metric goes with
          most closely. <em>columns</em> chooses others.
        </p>
      )}
    </section>
  );
}

function sized(canvas: HTMLCanvasElement | null, width: number): CanvasRenderingContext2D | null {
  if (canvas === null || width <= 0) return null;
  const ratio = devicePixelRatio;
  // This also empties it.
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  const context = canvas.getContext("2d");
  context?.scale(ratio, ratio);
  return context;
}

interface LabelsProps {
  plotAxis: PlotAxis;
  /** CSS pixels: from the left, of the axis, and to the next one. */
  x: number;
  height: number;
  room: number;
}

function AxisLabels({ plotAxis, x, height, room }: LabelsProps) {
  const { axis, name, without } = plotAxis;
  const labels = placeLabels(
    axis.ticks.map(({ share, text }) => ({ text, at: (1 - share) * height, size: TEXT_HEIGHT })),
    [-TEXT_HEIGHT, height + TEXT_HEIGHT],
    LABEL_GAP,
  );
  const isMetric = axis.column === metricColumn.value;
  return (
    <div
      class={`parallel-axis${isMetric ? " is-metric" : ""}`}
      data-testid="parallel-axis"
      data-column={axis.column}
      data-scale={axis.scale}
      style={{ left: `${x}px` }}
    >
      <span class="axis-name" title={name} style={{ maxWidth: `${room - 6}px` }}>
        {name}
      </span>
      <span class="axis-line" style={{ top: `${ABOVE}px`, height: `${height}px` }} />
      {labels.map(({ text, at }) => (
        <span key={text} class="axis-tick" title={text} style={{ top: `${ABOVE + at}px` }}>
          {cutText(text, room - 14)}
        </span>
      ))}
      {without > 0 && (
        <span class="axis-tick is-without" style={{ top: `${HEIGHT - LOWEST}px` }}>
          {without} without
        </span>
      )}
    </div>
  );
}
