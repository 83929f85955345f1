/** The runs of a card as they are drawn: the curve of each at the shared place, and the areas over its steps. */

import type { Run, Tag } from "../../api/catalogue";
import type { CurveAreas, RecordedCurve } from "../../api/pr_curves";
import type { RunStyle } from "../../kit/colour";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import type { DrawnAxis } from "../../series/axis";
import { placeOn } from "../steps/step_axis";
import type { ShownSeries } from "../steps/step_values";
import { areaOf, type CurveForm, noteOn } from "./curve";
import { areas, curves, references } from "./pr_values";

/** A run, and what it has at the place. */
export interface RunCurve {
  run: Run;
  label: string;
  style: RunStyle;
  /** Null where it has none, or none that can be drawn. */
  curve: RecordedCurve | null;
  /** Of the record at the place; null where nothing was recorded up to there, or nothing is known yet. */
  step: number | null;
  wallTime: number;
  area: number | null;
  /** Why there is no curve, or none of it all; empty where all is well. */
  note: string;
  /** The curve at the step that it is compared with. */
  reference: RecordedCurve | null;
}

export function curveOfSeries(series: ShownSeries | null): RecordedCurve | null {
  return (series?.value?.value as RecordedCurve | undefined) ?? null;
}

function noteOf(series: ShownSeries | null, curve: RecordedCurve | null, form: CurveForm): string {
  if (series === null) return "";
  if (series.at === null) return "nothing up to here";
  return series.problem !== "" || curve === null ? `not shown: ${series.problem}` : noteOn(curve, form);
}

export function runCurves(tag: Tag, runs: readonly Run[], form: CurveForm, isCompared: boolean): RunCurve[] {
  return runs.map((run) => {
    const series = curves.series(tag.name, run.name);
    const at = series?.at ?? null;
    const curve = curveOfSeries(series);
    return {
      ...{ run, label: shortName(run.name), style: styleOfRun(run), curve },
      step: series === null || at === null ? null : Number(series.step[at]),
      wallTime: series === null || at === null ? 0 : Number(series.wallTime[at]),
      area: curve === null ? null : areaOf(curve, form),
      note: noteOf(series, curve, form),
      reference: isCompared ? curveOfSeries(references.series(tag.name, run.name)) : null,
    };
  });
}

/** The best first, those without an area last. */
export function ranked(all: readonly RunCurve[]): RunCurve[] {
  const rank = ({ area }: RunCurve): number => area ?? Number.NEGATIVE_INFINITY;
  return all.toSorted((one, other) => (rank(one) === rank(other) ? 0 : rank(other) - rank(one)));
}

/** A run's areas, and where each row is on the drawn axis. */
export interface RunAreas {
  run: Run;
  label: string;
  style: RunStyle;
  rows: CurveAreas;
  x: Float64Array;
}

/** The runs whose areas are known. */
export function runAreas(tag: Tag, runs: readonly Run[], axis: DrawnAxis): RunAreas[] {
  return runs.flatMap((run) => {
    const rows = areas.known(tag.name, run.name)?.rows ?? null;
    if (rows === null) return [];
    const x = Float64Array.from(rows.row, (_, row) => placeOn(axis, run, rows.step[row], rows.wallTime[row]));
    return [{ run, label: shortName(run.name), style: styleOfRun(run), rows, x }];
  });
}
