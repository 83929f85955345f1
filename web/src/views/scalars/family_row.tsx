/** Tags that differ in a number alone, as one row: a strip, layer by step, that opens to their charts. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawSoon } from "../../charts/draw_queue";
import {
  extentOfRows,
  FINITE,
  type HeatCells,
  heatCells,
  isZero,
  NAN,
  NEGATIVE_INFINITY,
  NOTHING,
  POSITIVE_INFINITY,
} from "../../charts/heat_cells";
import { cellAt, colourScale, drawHeatMap, HEAT_GRADIENT } from "../../charts/heat_map";
import { GROUND } from "../../kit/colour";
import { formatValue, plural } from "../../kit/format";
import { CutName } from "../../runs/cut_name";
import { shownRuns } from "../../runs/listed_runs";
import { shortName } from "../../runs/short_names";
import type { Axis, Range, Scale } from "../../series/axis";
import { fromCoordinate, toCoordinate } from "../../series/scale";
import { theme } from "../../state/preferences";
import { toggleFolded } from "../../state/subject";
import { useSight, useSize } from "../cards/use_sight";
import { type ChartFamily, chartOfFamily } from "./chart_families";
import { type ChartData, type ChartQuery, seriesKey } from "./chart_loader";
import { chartQuery } from "./chart_query";
import { useChartData } from "./use_chart_data";
import { formatX } from "./value_text";

/** Of the strip: a bucket for each two of them, as in charts. */
const PIXELS = 256;
const COLUMNS = PIXELS / 2;

interface Strip {
  cells: HeatCells;
  axis: Axis;
  scale: Scale;
  range: Range;
  run: string;
}

function stripOf(family: ChartFamily, data: ChartData, run: string): Strip | null {
  const rows = family.members.map(({ name }) => data.lines.get(seriesKey(name, run)) ?? []);
  const range = data.range ?? extentOfRows(rows, data.scale);
  if (range === null) return null;
  const columns = range[0] < range[1] ? COLUMNS : 1;
  const { axis, scale } = data;
  return { cells: heatCells(rows, range, scale, columns), axis, scale, range, run };
}

export function FamilyRow({ family, isOpen }: { family: ChartFamily; isOpen: boolean }) {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawnKey = useRef({});
  const current = useSignal(family);
  current.value = family;
  const isInSight = useSight(host);
  const size = useSize(host);
  const pointed = useSignal<string | null>(null);
  // The first of the list that has any of the tags.
  const run = useComputed(() => {
    const having = new Set(current.value.tags.flatMap((tag) => tag.runs));
    return shownRuns.value.find(({ id }) => having.has(id)) ?? null;
  });
  const drawnAxis = useSignal<Axis | null>(null);
  const query = useComputed<ChartQuery | null>(() => {
    const { width } = size.value;
    if (!isInSight.value || width === 0 || run.value === null) return null;
    const asked = chartQuery(chartOfFamily(current.value), width, drawnAxis.value);
    return {
      ...{ ...asked, runs: [run.value], groups: null },
      ...{ smoothing: null, pixels: PIXELS, isSmall: true },
      place: () => host.current,
    };
  });
  const { data, error, isUpToDate } = useChartData(query);
  useSignalEffect(() => {
    drawnAxis.value = data.value?.axis ?? null;
  });
  const strip = useComputed(() => {
    const of = run.value;
    // What was read of another run is none of this one's.
    return data.value === null || of === null ? null : stripOf(current.value, data.value, of.name);
  });
  useSignalEffect(() => {
    const { width, height } = size.value;
    const shown = strip.value;
    const shade = theme.value;
    const element = canvas.current;
    if (element === null || shown === null || width === 0) return;
    drawSoon(drawnKey.current, () => {
      element.width = Math.round(width * devicePixelRatio);
      element.height = Math.round(height * devicePixelRatio);
      drawHeatMap(element, shown.cells, GROUND[shade], devicePixelRatio);
      element.dataset.cells = String(shown.cells.rows * shown.cells.columns);
      element.dataset.state = isUpToDate() ? "ready" : "loading";
    });
  });
  useEffect(() => () => drawSoon(drawnKey.current, null), []);

  const shown = strip.value;
  const { length } = family.members;
  return (
    <div class="family" data-testid="family" data-family={family.key}>
      <div class="family-head">
        <button
          type="button"
          class="family-name"
          aria-expanded={isOpen}
          title={`${family.key}\n${isOpen ? "Fold its charts" : "Show its charts"}`}
          onClick={() => toggleFolded(family.key)}
        >
          <span class={`triangle${isOpen ? " is-open" : ""}`} aria-hidden="true" />
          <span class="family-label">{family.label}</span>
          <span class="quiet"> ×{length}</span>
        </button>
        <Legend
          strip={shown}
          pointed={pointed.value}
          error={error.value}
          isAlone={shownRuns.value.length === 1}
        />
      </div>
      <div
        class="family-strip"
        ref={host}
        role="img"
        aria-label={spoken(family, shown)}
        title={shown === null ? undefined : legendOf(shown.cells)}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const x = (event.clientX - box.left) / box.width;
          const y = (event.clientY - box.top) / box.height;
          pointed.value = shown === null ? null : readOut(family, shown, x, y);
        }}
        onPointerLeave={() => {
          pointed.value = null;
        }}
      >
        <canvas ref={canvas} />
      </div>
    </div>
  );
}

interface LegendProps {
  strip: Strip | null;
  pointed: string | null;
  error: string | null;
  /** Whether no other run is shown. */
  isAlone: boolean;
}

/** The value under the pointer; else the meaning of the colours, and whose values these are. */
function Legend({ strip, pointed, error, isAlone }: LegendProps) {
  if (error !== null)
    return (
      <span class="warning-text" title={error}>
        not loaded
      </span>
    );
  if (pointed !== null) return <output class="family-value">{pointed}</output>;
  if (strip === null) return null;
  const { extent, rowsNotFinite } = strip.cells;
  return (
    <span class="family-legend quiet">
      {!isAlone && (
        <span class="family-run" title={`${strip.run}: the first of the shown runs that has these tags`}>
          <CutName name={shortName(strip.run)} />
        </span>
      )}
      {rowsNotFinite > 0 && (
        <span class="family-not-finite" title="Rows with values that are NaN or infinite">
          {rowsNotFinite} not finite
        </span>
      )}
      {extent !== null && (
        <span class="family-scale" title={colourScale(extent).isLog ? "Colours tell magnitudes apart" : ""}>
          {formatValue(extent[0], 3)}
          <i style={{ background: HEAT_GRADIENT }} />
          {formatValue(extent[1], 3)}
          {colourScale(extent).isLog && " log"}
        </span>
      )}
    </span>
  );
}

const WORDS = new Map([
  [NAN, "NaN"],
  [POSITIVE_INFINITY, "+Inf"],
  [NEGATIVE_INFINITY, "−Inf"],
]);

/** What the strip's colours and marks mean, of those that it has. */
export function legendOf(cells: HeatCells): string {
  const has = (state: number): boolean => cells.state.includes(state);
  const lines = ["A line for each number, the lowest at the top; steps to the right"];
  if (cells.extent !== null && cells.extent[0] < cells.extent[1]) lines.push("dark to light: low to high");
  if (cells.state.some((_, cell) => isZero(cells, cell))) lines.push("hatched: exactly 0");
  if (has(NAN)) lines.push("magenta, notched above and below where it begins: NaN");
  if (has(POSITIVE_INFINITY)) lines.push("cyan, notched above where it begins: +Inf");
  if (has(NEGATIVE_INFINITY)) lines.push("cyan, notched below where it begins: −Inf");
  if (has(NOTHING)) lines.push("no colour: nothing was recorded");
  return lines.join("\n");
}

function readOut({ members }: ChartFamily, strip: Strip, x: number, y: number): string {
  const { cells, axis, scale, range } = strip;
  const { row, column } = cellAt(cells, x, y);
  const cell = row * cells.columns + column;
  const [from, to] = [toCoordinate(scale, range[0]), toCoordinate(scale, range[1])];
  const at = fromCoordinate(scale, from + ((to - from) * (column + 0.5)) / cells.columns);
  const place = `${members[row].number} at ${formatX(axis, axis === "step" ? Math.round(at) : at)}`;
  const state = cells.state[cell];
  if (state === NOTHING) return `${place}: nothing`;
  if (state !== FINITE) return `${place}: ${WORDS.get(state)}`;
  if (isZero(cells, cell)) return `${place}: exactly 0`;
  const { mean, low, high } = cells;
  const bounds =
    low[cell] < high[cell] ? ` [${formatValue(low[cell], 4)} … ${formatValue(high[cell], 4)}]` : "";
  return `${place}: ${formatValue(mean[cell], 4)}${bounds}`;
}

/** The text that a screen reader says. */
function spoken({ label, members }: ChartFamily, strip: Strip | null): string {
  const parts = [`${label}, ${plural(members.length, "tag")}`];
  if (strip?.cells.extent != null)
    parts.push(strip.cells.extent.map((value) => formatValue(value, 3)).join(" to "));
  if (strip !== null && strip.cells.rowsNotFinite > 0) parts.push(`${strip.cells.rowsNotFinite} not finite`);
  return parts.join(", ");
}
