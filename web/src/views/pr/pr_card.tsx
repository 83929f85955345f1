/** One tag: the curves of its runs over each other, what is below them, and in a large card all figures of a threshold. */

import { batch, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { toValue } from "../../charts/projection";
import { FRAME } from "../../kit/colour";
import { ExpandButton } from "../../kit/expand_button";
import { formatStep, formatValue, plural } from "../../kit/format";
import { emphasis } from "../../state/emphasis";
import { changePlace } from "../../state/place";
import { theme } from "../../state/preferences";
import { Damaged, NotLoaded, RunsShown } from "../steps/card_marks";
import { drawnAxis, placeOn } from "../steps/step_axis";
import { figuresAt, nearestIndex, thresholdAt } from "./curve";
import { figureCells } from "./figures_text";
import { Legend } from "./legend";
import { nearestThreshold } from "./nearest";
import { PlotCanvas } from "./plot_canvas";
import { areasOf, areasPlot, type CurvePlot, curvesPlot, nearestRow } from "./plots";
import { changePr, prFields } from "./pr_link";
import { PrMenu } from "./pr_menu";
import { prTags } from "./pr_values";
import { ThresholdTable } from "./threshold_table";
import { type TooltipRow, tooltip } from "./tooltip";
import { type CardData, useCard } from "./use_card";

/** What the axes are, across and up. */
const AXES = {
  pr: ["recall", "precision"],
  roc: ["false-positive rate", "true-positive rate"],
  ap: ["", "average precision"],
  auc: ["", "area below the ROC"],
} as const;

export function PrCard({ tag }: { tag: Tag }) {
  const host = useRef<HTMLDivElement>(null);
  const card = useRef<HTMLElement>(null);
  const data = useCard(tag, host);
  /** The threshold or the place on the axis of steps under the pointer, and the run that is nearest. */
  const pointed = useSignal<{ at: number; run: string } | null>(null);
  const plot = useComputed<CurvePlot | null>(() => plotOf(data, pointed.value?.at ?? null));
  const isExpanded = prFields.expanded === tag.name;
  const name = prTags.nameOf(tag.name);
  const colours = FRAME[theme.value];
  const isUpToDate = data.isUpToDate.value;
  const tell = (): void => {
    if (card.current !== null) card.current.dataset.state = isUpToDate ? "ready" : "loading";
  };
  useEffect(tell);
  const leave = (): void =>
    batch(() => {
      if (pointed.peek() !== null && emphasis.peek() === pointed.peek()?.run) emphasis.value = null;
      pointed.value = null;
      tooltip.value = null;
    });
  const point = (left: number, top: number, event: MouseEvent): void =>
    batch(() => {
      const found = data.isOverSteps.peek()
        ? areasAt(data, plot.peek(), left, top)
        : thresholdAtPointer(data, plot.peek(), left, top);
      if (found === null) return leave();
      pointed.value = { at: found.at, run: found.rows[0].name };
      emphasis.value = found.rows[0].name;
      tooltip.value = { ...found, clientX: event.clientX, clientY: event.clientY };
    });
  const pick = (left: number, top: number): void => {
    const found = data.isOverSteps.peek()
      ? areasAt(data, plot.peek(), left, top)
      : thresholdAtPointer(data, plot.peek(), left, top);
    if (found === null) return;
    if (data.isOverSteps.peek()) changePlace({ place: { axis: drawnAxis.peek(), x: found.at } });
    else changePr({ threshold: prFields.threshold === found.at ? null : found.at });
  };
  const [across, up] = AXES[prFields.form];
  const [having, all] = [data.having.value.length, data.curves.value];
  const isEmpty = data.isOverSteps.value
    ? data.areas.value.every((each) => areasOf(each, data.form.value).every(Number.isNaN))
    : all.every(({ curve }) => curve === null);
  return (
    <article
      ref={card}
      class={isExpanded ? "card plot-card pr-card is-expanded" : "card plot-card pr-card"}
      data-testid="pr-card"
      data-tag={tag.name}
    >
      <header>
        <h3 title={tag.name}>{name}</h3>
        <Marks data={data} tag={tag} />
        <PrMenu tag={tag} data={data} plot={plot.value} colours={colours} />
        <ExpandButton
          name={tag.name}
          isExpanded={isExpanded}
          title="Expand: larger, and all figures of a threshold"
          onClick={() => changePr({ expanded: isExpanded ? null : tag.name })}
        />
      </header>
      <div class="pr-body">
        <div class="pr-plot" ref={host}>
          {plot.value !== null && (
            <PlotCanvas
              plot={plot.value}
              colours={colours}
              label={`${name}, ${up}${across === "" ? " over steps" : ` over ${across}`}, ${plural(having, "run")}`}
              onDrawn={tell}
              onPoint={point}
              onLeave={leave}
              onPick={pick}
            />
          )}
          <span class="pr-axis is-up">{up}</span>
          <span class={`pr-axis is-across${across === "recall" ? " is-left" : ""}`}>{across}</span>
          {isEmpty && (
            <p class="quiet pr-nothing">
              {having === 0
                ? "No run that is shown has this curve."
                : (data.error.value ??
                  (isUpToDate ? "There is no curve to draw." : "Asking for the curves."))}
            </p>
          )}
        </div>
        <Legend curves={all} form={data.form.value} />
      </div>
      {isExpanded && <ThresholdTable curves={all} />}
    </article>
  );
}

function plotOf(data: CardData, pointedAt: number | null): CurvePlot | null {
  const { width, height } = data.size.value;
  if (width === 0 || height === 0) return null;
  const { ground, text } = FRAME[theme.value];
  const all = data.curves.value;
  const isKnown = all.some(({ run }) => run.name === emphasis.value);
  const options = {
    ...{ size: { width, height }, form: data.form.value, ground, text },
    emphasis: isKnown ? emphasis.value : null,
  };
  // In the order of the list, not of the ranks.
  const inOrder = data.shown.value.flatMap((run) => all.filter((each) => each.run === run));
  if (!data.isOverSteps.value) return curvesPlot(inOrder, pointedAt ?? prFields.threshold, options);
  const axis = drawnAxis.value;
  const placed = all.filter(({ step }) => step !== null);
  const places = placed.map(({ run, step, wallTime }) => placeOn(axis, run, step ?? 0, wallTime));
  const marked = new Map(
    data.areas.value.flatMap((each) => {
      const row = pointedAt === null ? null : nearestRow(each, pointedAt);
      return row === null ? [] : [[each.run.name, row] as const];
    }),
  );
  const place = places.length === 0 ? null : Math.max(...places);
  return areasPlot(data.areas.value, { ...options, axis, place, marked });
}

interface Found {
  /** The threshold, or the place on the axis of steps. */
  at: number;
  title: string;
  rows: TooltipRow[];
}

/** The nearest threshold, with its figures on all curves, that of the nearest first. */
function thresholdAtPointer(data: CardData, plot: CurvePlot | null, left: number, top: number): Found | null {
  const drawn = data.curves
    .peek()
    .flatMap((each) => (each.curve === null ? [] : [{ ...each, curve: each.curve }]));
  const curves = drawn.map(({ curve }) => curve);
  const nearest = plot === null ? null : nearestThreshold(curves, data.form.peek(), plot, left, top);
  if (nearest === null) return null;
  const at = thresholdAt(curves[nearest.curve], nearest.index);
  const first = drawn[nearest.curve];
  return {
    at,
    title: `threshold ${formatValue(at, 4)}`,
    rows: [first, ...drawn.filter((each) => each !== first)].map(({ run, label, style, curve }) => {
      const { threshold, ...cells } = figureCells(figuresAt(curve, nearestIndex(curve, at)));
      const isOther = threshold !== formatValue(at, 4);
      return { name: run.name, label: isOther ? `${label} at ${threshold}` : label, style, cells };
    }),
  };
}

/** The steps of all runs that are nearest to the pointer, that of the nearest line first. */
function areasAt(data: CardData, plot: CurvePlot | null, left: number, top: number): Found | null {
  if (plot === null) return null;
  const form = data.form.peek();
  const [x, y] = [toValue(plot.x, left), toValue(plot.y, top)];
  const found = data.areas.peek().flatMap((each) => {
    const row = nearestRow(each, x);
    return row === null ? [] : [{ ...each, row, area: areasOf(each, form)[row] }];
  });
  if (found.length === 0) return null;
  const away = ({ area }: { area: number }): number =>
    Number.isNaN(area) ? Number.POSITIVE_INFINITY : Math.abs(area - y);
  found.sort((one, other) => away(one) - away(other));
  return {
    at: found[0].x[found[0].row],
    title: "",
    rows: found.map(({ run, label, style, rows, row, area }) => ({
      ...{ name: run.name, label, style },
      cells: {
        step: formatStep(rows.step[row]),
        [form === "pr" ? "AP" : "area"]: Number.isNaN(area) ? "–" : formatValue(area, 4),
      },
    })),
  };
}

/** What of the tag is not on screen. */
function Marks({ data, tag }: { data: CardData; tag: Tag }) {
  return (
    <>
      <NotLoaded error={data.error.value} />
      <Damaged rows={data.areas.value.map(({ rows }) => rows)} testId="pr-damaged" />
      <RunsShown
        shown={data.shown.value.length}
        having={data.having.value.length}
        onExpand={() => changePr({ expanded: tag.name })}
      />
    </>
  );
}
