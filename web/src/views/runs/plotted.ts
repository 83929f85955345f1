/** What the plots above the table draw: axes, and of each run that is shown where it is on them. */

import { computed, signal } from "@preact/signals";
import type { Run } from "../../api/catalogue";
import { NAN_COLOUR, type RunStyle, sequential, type Theme } from "../../kit/colour";
import { groupOfRun, listedRuns, shownRuns } from "../../runs/listed_runs";
import type { CellValue } from "../../runs/run_columns";
import { cellOfRun, experiment, isColumnKnown, isRunRead } from "../../runs/run_table";
import { runsFields } from "../../runs/runs_link";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import { emphasis } from "../../state/emphasis";
import { theme } from "../../state/preferences";
import { type Brush, isWithin } from "./brushes";
import { columnTitle, metricColumn, parameters } from "./compared";
import { importances } from "./importances";
import type { Parameter } from "./run_parameters";
import { changeRunsView, runsViewFields } from "./runs_view_link";
import { axisOf, type Domain, NO_DOMAIN, shareOf, type ValueAxis } from "./value_axis";

export interface PlotAxis {
  axis: ValueAxis;
  name: string;
  /** Runs that have no value on it, or one that is not finite. */
  without: number;
}

export interface PlottedRun {
  name: string;
  label: string;
  style: RunStyle;
  /** Where it is on each axis; null where it has no place. */
  shares: readonly (number | null)[];
  /** Its values as the table has them, an axis each. */
  texts: readonly string[];
  /** Whether it is within all brushes. */
  isWithin: boolean;
}

/** More axes than these have no room beside each other. */
export const MOST_AXES = 12;

/** Hyper-parameters that differ, and that the table shows where its columns were chosen. */
export const plottedParameters = computed<readonly Parameter[]>(() => {
  const chosen = runsFields.tableColumns;
  const { varied } = parameters.value;
  return chosen === null ? varied : varied.filter(({ column }) => chosen.includes(column));
});

/** In their order; of very many those that the metric goes with most closely. */
const drawnParameters = computed<readonly Parameter[]>(() => {
  const all = plottedParameters.value;
  if (all.length <= MOST_AXES) return all;
  const columns = new Set(all.map(({ column }) => column));
  const closest = importances.value.filter(({ column }) => columns.has(column)).slice(0, MOST_AXES);
  const wanted = new Set(closest.map(({ column }) => column));
  return closest.length < MOST_AXES
    ? all.slice(0, MOST_AXES)
    : all.filter(({ column }) => wanted.has(column));
});

/** What an experiment declares that a hyper-parameter may be. */
function domainOf(column: string): Domain {
  const name = column.replace(/^hparam:/u, "");
  const { hparams } = experiment.value;
  if (name === column || !Object.hasOwn(hparams, name)) return NO_DOMAIN;
  const { values, interval } = hparams[name];
  return {
    values: (values ?? []).map((value) => (typeof value === "boolean" ? String(value) : value)),
    interval: interval === null ? null : [Number(interval[0]), Number(interval[1])],
  };
}

/** The shown runs that have been read: of the others it is not known whether they have values. */
const readRuns = computed<readonly Run[]>(() => shownRuns.value.filter(isRunRead));

/** How many shown runs are still being read. */
export const unreadCount = computed(() => shownRuns.value.length - readRuns.value.length);

function axisOfColumn(column: string): PlotAxis {
  const values = readRuns.value.map((run): CellValue => cellOfRun(column, run).value);
  const axis = axisOf(column, values, domainOf(column));
  const without = values.filter((value) => shareOf(axis, value) === null).length;
  return { axis, name: columnTitle(column), without };
}

/** The hyper-parameters and, last, the metric. */
export const plotAxes = computed<readonly PlotAxis[]>(() => {
  const metric = metricColumn.value;
  const columns = drawnParameters.value.map(({ column }) => column);
  return [...columns, ...(metric !== null && isColumnKnown(metric) ? [metric] : [])].map(axisOfColumn);
});

/** The axis of the metric; null without one. */
export const metricAxis = computed<PlotAxis | null>(
  () => plotAxes.value.find(({ axis }) => axis.column === metricColumn.value) ?? null,
);

/** A brush that is being drawn: it is in the link when it is done. */
export const draftBrushes = signal<readonly Brush[] | null>(null);

export const brushes = computed<readonly Brush[]>(() => draftBrushes.value ?? runsViewFields.brushes);

/** The brushes with another one of a column, or with none of it. */
export function withBrush(column: string, brush: Brush | null): readonly Brush[] {
  const others = runsViewFields.brushes.filter((other) => other.column !== column);
  return brush === null ? others : [...others, brush];
}

export function setBrush(column: string, brush: Brush | null): void {
  draftBrushes.value = null;
  changeRunsView({ brushes: withBrush(column, brush) });
}

/** The names of the listed runs that are within all brushes; null without a brush. */
export const remaining = computed<ReadonlySet<string> | null>(() => {
  const all = brushes.value.filter(({ column }) => isColumnKnown(column));
  if (all.length === 0) return null;
  const isLeft = (run: Run): boolean =>
    all.every((brush) => isWithin(brush, cellOfRun(brush.column, run).value));
  return new Set(listedRuns.value.filter(isLeft).map(({ name }) => name));
});

/** Colours of a scale are so many: those of neighbours look the same. */
const LEVELS = 48;
const ramps = new Map<string, string>();

function rampColour(share: number, shade: Theme): string {
  const level = Math.round(share * LEVELS);
  const key = `${shade} ${level}`;
  const colour = ramps.get(key) ?? sequential(level / LEVELS, shade);
  ramps.set(key, colour);
  return colour;
}

function styleOfMetric(share: number | null, shade: Theme): RunStyle {
  return { colour: share === null ? NAN_COLOUR : rampColour(share, shade), dash: [] };
}

export const plottedRuns = computed<readonly PlottedRun[]>(() => {
  const axes = plotAxes.value;
  const left = remaining.value;
  const isByMetric = runsViewFields.colouring === "metric" && metricAxis.value !== null;
  return readRuns.value.map((run) => {
    const cells = axes.map(({ axis }) => cellOfRun(axis.column, run));
    const shares = cells.map(({ value }, i) => shareOf(axes[i].axis, value));
    return {
      name: run.name,
      label: shortName(run.name),
      style: isByMetric ? styleOfMetric(shares[axes.length - 1], theme.value) : styleOfRun(run),
      shares,
      texts: cells.map(({ text }) => text),
      isWithin: left?.has(run.name) ?? true,
    };
  });
});

/** The runs that stand out: the one that is pointed at anywhere, or all of a group. */
export const emphasised = computed<readonly PlottedRun[]>(() => {
  const name = emphasis.value;
  if (name === null) return [];
  const groups = groupOfRun.value;
  return plottedRuns.value.filter((run) => run.name === name || groups.get(run.name)?.name === name);
});
