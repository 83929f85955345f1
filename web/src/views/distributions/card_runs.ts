/** The runs of a card as they are drawn: their histograms, their common axes, and what is known of them at the place. */

import type { Run, Tag } from "../../api/catalogue";
import type { HistogramRows } from "../../api/histograms";
import type { ValueScale } from "../../charts/panel";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import type { DrawnAxis, Range } from "../../series/axis";
import { thresholdFor } from "../../series/scale";
import { placeOn } from "../steps/step_axis";
import { overSteps, placed } from "./distribution_values";
import { type Histogram, histogramOf } from "./histogram";
import type { RunHistograms } from "./panel";
import { extent, usualRange, wholeRange } from "./value_range";

export interface PlacedHistogram {
  histogram: Histogram | null;
  step: number;
  wallTime: number;
  /** Why it is not shown; empty when it is. */
  problem: string;
}

/** What a run has at the shared place; null where nothing was recorded up to there, or nothing is known yet. */
export function placedIn(tag: Tag, run: Run): PlacedHistogram | null {
  const series = placed.series(tag.name, run.name);
  if (series === null || series.at === null) return null;
  const decoded = series.value === null ? null : histogramOf(series.value.value);
  const isCut = (series.value?.left_out.items ?? 0) > 0;
  const problem =
    series.problem !== ""
      ? series.problem
      : isCut
        ? "it has too many bins"
        : decoded === null
          ? "the value is no histogram"
          : "";
  return {
    histogram: problem === "" ? decoded : null,
    ...{ step: Number(series.step[series.at]), wallTime: Number(series.wallTime[series.at]), problem },
  };
}

const places = new WeakMap<HistogramRows, { key: string; x: Float64Array }>();

function placesOf(axis: DrawnAxis, run: Run, rows: HistogramRows): Float64Array {
  const key = `${axis}|${run.first_wall_time}`;
  const known = places.get(rows);
  if (known?.key === key) return known.x;
  const x = Float64Array.from(rows.row, (_, row) => placeOn(axis, run, rows.step[row], rows.wallTime[row]));
  places.set(rows, { key, x });
  return x;
}

/** The runs whose rows are known. */
export function drawnRuns(tag: Tag, runs: readonly Run[], axis: DrawnAxis): RunHistograms[] {
  return runs.flatMap((run) => {
    const rows = overSteps.known(tag.name, run.name)?.rows ?? null;
    if (rows === null) return [];
    const at = placedIn(tag, run);
    return [
      {
        ...{ name: run.name, label: shortName(run.name), style: styleOfRun(run), rows },
        x: placesOf(axis, run, rows),
        placed:
          at?.histogram == null
            ? null
            : { histogram: at.histogram, step: at.step, x: placeOn(axis, run, at.step, at.wallTime) },
      },
    ];
  });
}

/** The range that is drawn, and the scale on it. On a logarithmic axis what is far off has its place. */
export function valueScale(runs: readonly RunHistograms[], hasLog: boolean, isWhole: boolean): ValueScale {
  const [low, high] = (isWhole || hasLog ? wholeRange(runs) : usualRange(runs)) ?? [0, 1];
  const air = low < high ? 0 : Math.abs(low) * 0.1 || 1;
  const range: Range = [low - air, high + air];
  return { range, scale: hasLog ? "symlog" : "linear", threshold: thresholdFor(...range) };
}

/** The range of the axis that steps are on. */
export function alongRange(runs: readonly RunHistograms[]): Range {
  return extent(runs.flatMap(({ x, placed: at }) => [x, at === null ? [] : [at.x]])) ?? [0, 1];
}
