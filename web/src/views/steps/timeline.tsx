/**
 * The timeline under a view's toolbar: the shared place as a slider over the recorded steps, and a lane of marks for each
 * kind of data, which shows at which steps there is some. Without a place the newest values are shown.
 */

import type { ReadonlySignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { KindSteps } from "../../api/steps";
import { formatStep, plural } from "../../kit/format";
import { shownRuns } from "../../runs/listed_runs";
import { findingsOfRuns } from "../../state/findings";
import { goTo } from "../../state/going";
import type { KindView } from "../../state/page";
import { changePlace, placeFields } from "../../state/place";
import { theme } from "../../state/preferences";
import { subjectFields } from "../../state/subject";
import { useSize } from "../cards/use_sight";
import type { Key, TimelineProps } from "../view";
import { useRecordedSteps } from "./recorded_steps";
import { countUpTo, stepFrom } from "./steps_order";
import { subjectKey } from "./subject_links";
import { type FindingTick, findingTicks, lanesOf, spanOf, stepMeant } from "./timeline_marks";
import "./timeline.css";

/** Where the views over steps stand; null for the newest, and where the place is one of time. */
function placedStep(): number | null {
  const { place } = placeFields;
  return place?.axis === "step" ? place.x : null;
}

function placeAt(step: number | undefined): void {
  if (step !== undefined) changePlace({ place: { axis: "step", x: step } });
}

/** Some recorded steps on, or back. From the newest, on leads nowhere. */
function move(steps: readonly number[], count: number): void {
  if (steps.length === 0) return;
  placeAt(stepFrom(steps, placedStep() ?? steps[steps.length - 1], count));
}

/** The timeline's keys, for the whole page; a view may know better which subject is pointed at. */
export function stepKeys(steps: ReadonlySignal<readonly number[]>, goOn = subjectKey.run): Key[] {
  return [
    { key: "ArrowLeft", what: "the recorded step before", run: () => move(steps.peek(), -1) },
    { key: "ArrowRight", what: "the next recorded step", run: () => move(steps.peek(), 1) },
    { key: "0", what: "the newest values, as they come", run: () => changePlace({ place: null }) },
    { ...subjectKey, run: goOn },
  ];
}

/** The timeline of a view that goes to these recorded steps: of what is in sight, rising. */
export function timelineOf(steps: ReadonlySignal<readonly number[]>): ComponentType<TimelineProps> {
  return (props) => <Timeline {...props} steps={steps.value} />;
}

function Timeline({ steps, kinds, view }: TimelineProps & { steps: readonly number[] }) {
  const recorded = useRecordedSteps() ?? [];
  const lanes = kinds
    .map(({ kind }) => recorded.find((each) => each.kind === kind))
    .filter((each) => each !== undefined);
  const ends = shownRuns.value.flatMap(({ last_step }) => last_step ?? []);
  const span = spanOf(lanes, [...steps.slice(0, 1), ...steps.slice(-1), ...ends]);
  const inWords = namedLanes(lanes, kinds);
  const ticks = findingTicks(
    shownRuns.value.flatMap(({ id }) => findingsOfRuns.value.get(id)?.findings ?? []),
  );
  const others = kinds.filter((each) => each.view !== view && lanes.some(({ kind }) => kind === each.kind));
  return (
    <div class="timeline" data-testid="timeline">
      <Place steps={steps} />
      <div
        class="timeline-track"
        title={[
          ...(inWords.length > 1 ? ["Lanes from the top:", ...inWords] : inWords),
          ...ticks.slice(0, MOST_TOLD).map(({ step, sentence }) => `▴ ${formatStep(step)}: ${sentence}`),
        ].join("\n")}
      >
        <Marks
          lanes={lanes}
          span={span}
          own={kinds.filter((each) => each.view === view)}
          label={inWords.length === 0 ? "Nothing recorded" : `Recorded: ${inWords.join(", ")}`}
          ticks={ticks}
        />
        <Slider steps={steps} span={span} />
      </div>
      {others.map((other) => (
        <button
          key={other.kind}
          type="button"
          class="link timeline-kind"
          title={`${other.title} at ${plural(lanes.find(({ kind }) => kind === other.kind)?.count ?? 0, "step")}: open them at this place`}
          onClick={() => goTo(other, subjectFields.subject)}
        >
          {other.title}
        </button>
      ))}
    </div>
  );
}

/** The lanes in their order: "Images at 12 steps". */
function namedLanes(lanes: readonly KindSteps[], kinds: readonly KindView[]): string[] {
  return lanes.map(({ kind, count }) => {
    const title = kinds.find((each) => each.kind === kind)?.title ?? kind;
    return `${title} at ${plural(count, "step")}`;
  });
}

/** The place in words, and the steps before and after it. */
function Place({ steps }: { steps: readonly number[] }) {
  const { place } = placeFields;
  const x = placedStep() ?? Number.POSITIVE_INFINITY;
  const count = countUpTo(steps, x);
  const isNewest = place === null;
  return (
    <span class="timeline-place">
      <button
        type="button"
        class="icon"
        aria-label="The recorded step before"
        title="The recorded step before (←)"
        disabled={steps.length === 0 || (count <= 1 && !isNewest)}
        onClick={() => move(steps, -1)}
      >
        ◂
      </button>
      <output class="step-place" title={`${plural(steps.length, "recorded step")} in sight`}>
        {placeInWords()}
      </output>
      <button
        type="button"
        class="icon"
        aria-label="The next recorded step"
        title="The next recorded step (→)"
        disabled={steps.length === 0 || isNewest || count === steps.length}
        onClick={() => move(steps, 1)}
      >
        ▸
      </button>
      <button
        type="button"
        class="chip"
        data-testid="newest"
        title="Show the newest values, and those that come (0)"
        hidden={isNewest}
        onClick={() => changePlace({ place: null })}
      >
        newest
      </button>
    </span>
  );
}

function placeInWords(): string {
  const { place } = placeFields;
  if (place === null) return "newest";
  if (place.axis === "step") return `step ${formatStep(place.x)}`;
  if (place.axis === "tag") return "newest: the place is one of a tag";
  return place.axis === "aligned" ? "at the marked step of each" : "at the marked time";
}

function Slider({ steps, span }: { steps: readonly number[]; span: readonly [number, number] }) {
  const { place } = placeFields;
  const placed = placedStep();
  const reached = steps[Math.max(0, countUpTo(steps, placed ?? Number.POSITIVE_INFINITY) - 1)];
  const at = placed ?? reached ?? span[1];
  return (
    <input
      type="range"
      class={place === null || place.axis === "step" ? "" : "is-elsewhere"}
      data-testid="step-slider"
      aria-label="Step"
      aria-valuetext={reached === undefined ? "none" : `step ${formatStep(reached)}`}
      disabled={steps.length < 2}
      min={span[0]}
      max={span[1]}
      step={1}
      value={Math.min(span[1], Math.max(span[0], at))}
      onInput={(event) => {
        const chosen = stepMeant(steps, at, Number(event.currentTarget.value));
        placeAt(chosen);
        // Also where it is the same step as before, and nothing is drawn anew.
        event.currentTarget.value = String(chosen);
      }}
    />
  );
}

interface MarksProps {
  lanes: readonly KindSteps[];
  span: readonly [number, number];
  /** The kinds that stand out. */
  own: readonly KindView[];
  /** For screen readers. */
  label: string;
  ticks: readonly FindingTick[];
}

/** Findings that the tooltip has, at most. */
const MOST_TOLD = 5;
/** Of a finding's tick, in pixels. */
const TICK = { width: 7, height: 5 };

/** The slider's thumb is so wide: marks are where its middle can be. */
const THUMB = 8;

function Marks({ lanes, span, own, label, ticks }: MarksProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(canvas);
  const { width, height } = size.value;
  // It is drawn in the theme's colours.
  void theme.value;
  useLayoutEffect(() => {
    // Before its size is known there is nothing to draw.
    const context = width > 0 ? canvas.current?.getContext("2d") : null;
    if (canvas.current === null || context === null || context === undefined) return;
    const ratio = devicePixelRatio;
    canvas.current.width = Math.round(width * ratio);
    canvas.current.height = Math.round(height * ratio);
    const style = getComputedStyle(canvas.current);
    const lane = Math.min(12, (height - 4) / Math.max(1, lanes.length));
    const top = (height - lane * lanes.length) / 2;
    context.scale(ratio, ratio);
    context.fillStyle = style.getPropertyValue("--line");
    context.fillRect(0, Math.round(height / 2), width, 1);
    for (const [i, { kind, marks }] of lanesOf(lanes, span, width - THUMB).entries()) {
      const isOwn = own.some((each) => each.kind === kind);
      context.fillStyle = style.getPropertyValue(isOwn ? "--text" : "--quiet");
      for (const at of marks) context.fillRect(THUMB / 2 + at, top + i * lane, 1, Math.max(2, lane - 1));
    }
    // What is worse is drawn later, and stays in sight.
    for (const { step, isError } of ticks) {
      const at = THUMB / 2 + ((step - span[0]) / (span[1] - span[0])) * Math.max(0, width - THUMB - 1);
      context.fillStyle = style.getPropertyValue(isError ? "--error" : "--warning");
      context.beginPath();
      context.moveTo(at, height - TICK.height);
      context.lineTo(at + TICK.width / 2, height);
      context.lineTo(at - TICK.width / 2, height);
      context.fill();
    }
  });
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      data-testid="timeline-marks"
      data-marks={lanes.map(({ kind, count }) => `${kind}:${count}`).join(" ")}
      data-findings={ticks.map(({ step }) => step).join(" ")}
    />
  );
}
