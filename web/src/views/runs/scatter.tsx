/** One small plot: a dot for each run, a hyper-parameter across, the metric upwards. */

import { useEffect, useMemo, useRef } from "preact/hooks";
import { placeLabels } from "../../charts/axes";
import { drawSoon } from "../../charts/draw_queue";
import { cutText, TEXT_HEIGHT, textWidth } from "../../charts/text_width";
import { plural } from "../../kit/format";
import { emphasised, type PlotAxis, type PlottedRun } from "./plotted";
import { pointing } from "./pointing";
import { dotAt, dotsOf, drawDots } from "./scatter_layout";

interface ScatterProps {
  plotAxis: PlotAxis;
  up: PlotAxis;
  /** The places of both among the runs' shares. */
  place: number;
  upPlace: number;
  /** The coefficient. */
  text: string;
  runs: readonly PlottedRun[];
}

const SIZE = { width: 190, height: 104 };
/** Around the plot: dots at its edge are whole, and numbers have room at the left and below. */
const [EDGE, LEFT, BELOW] = [6, 46, 18];
const [WHOLE_WIDTH, WHOLE_HEIGHT] = [LEFT + SIZE.width + 2 * EDGE, SIZE.height + 2 * EDGE + BELOW];
const GAP = 6;
/** Words of more characters are cut in the middle. */
const LONGEST_TICK = 90;

export function Scatter({ plotAxis, up, place, upPlace, text, runs }: ScatterProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const owner = useRef({});
  const { axis, name, without } = plotAxis;
  const words = axis.scale === "words" ? axis.values.length : 0;
  const dots = useMemo(() => dotsOf(runs, place, upPlace, words, SIZE), [runs, place, upPlace, words]);
  useEffect(() => {
    drawSoon(owner.current, () => {
      const element = canvas.current;
      const context = element?.getContext("2d");
      if (element === null || !context) return;
      const ratio = devicePixelRatio;
      element.width = Math.round((SIZE.width + 2 * EDGE) * ratio);
      element.height = Math.round((SIZE.height + 2 * EDGE) * ratio);
      context.scale(ratio, ratio);
      context.translate(EDGE, EDGE);
      drawDots(context, dots, getComputedStyle(element).getPropertyValue("--line"));
    });
  }, [dots]);
  useEffect(() => () => drawSoon(owner.current, null), []);
  const standOut = new Set(emphasised.value.map((run) => run.name));
  const rings = standOut.size === 0 ? [] : dots.filter(({ run }) => standOut.has(run.name));
  const across = placeLabels(
    axis.ticks.map(({ share, text: label }) => {
      const cut = cutText(label, LONGEST_TICK);
      return { text: cut, at: share * SIZE.width, size: textWidth(cut) };
    }),
    [-EDGE, SIZE.width + EDGE],
    GAP,
  );
  const upwards = placeLabels(
    up.axis.ticks.map(({ share, text: label }) => ({
      text: label,
      at: (1 - share) * SIZE.height,
      size: TEXT_HEIGHT,
    })),
    [-EDGE, SIZE.height + EDGE],
    GAP,
  );
  return (
    <figure
      class="scatter"
      data-testid="scatter"
      data-column={axis.column}
      data-scale={axis.scale}
      data-dots={dots.length}
    >
      <figcaption title={`${name}: ${text}`}>
        <b>{name}</b> <span class="scatter-text">{text}</span>
        {without > 0 && <span class="quiet"> · {without} without</span>}
      </figcaption>
      <div class="scatter-frame" style={{ width: `${WHOLE_WIDTH}px`, height: `${WHOLE_HEIGHT}px` }}>
        <div
          class="scatter-plot"
          style={{
            left: `${LEFT}px`,
            width: `${SIZE.width + 2 * EDGE}px`,
            height: `${SIZE.height + 2 * EDGE}px`,
          }}
          {...pointing((x, y) => dotAt(dots, x - EDGE, y - EDGE)?.run ?? null, [place])}
        >
          <canvas
            ref={canvas}
            role="img"
            aria-label={`${up.name} over ${name}: ${plural(dots.length, "run")}, ${text}`}
          />
          {rings.map(({ run, x, y }) => (
            <span
              key={run.name}
              class="scatter-ring"
              data-run={run.name}
              style={{ left: `${x + EDGE}px`, top: `${y + EDGE}px`, background: run.style.colour }}
            />
          ))}
        </div>
        {across.map(({ text: label, at }) => (
          <span key={label} class="scatter-x" style={{ left: `${LEFT + EDGE + at}px` }}>
            {label}
          </span>
        ))}
        {upwards.map(({ text: label, at }) => (
          <span
            key={label}
            class="scatter-y"
            style={{ right: `${WHOLE_WIDTH - LEFT + 4}px`, top: `${EDGE + at}px` }}
          >
            {label}
          </span>
        ))}
      </div>
    </figure>
  );
}
