/** What a card asks for and draws: its runs, their curves at the place, and their areas over steps. */

import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { Run, Tag } from "../../api/catalogue";
import { useEarlySignalEffect } from "../../kit/early_effect";
import { type Size, useSight, useSize } from "../cards/use_sight";
import { useRunsOfTag } from "../steps/run_columns";
import { drawnAxis } from "../steps/step_axis";
import { type RunAreas, type RunCurve, ranked, runAreas, runCurves } from "./card_curves";
import type { CurveForm } from "./curve";
import { prFields } from "./pr_link";
import { areas, curves, references } from "./pr_values";

/** Runs of a card at the most, and of a large one. */
const [MOST_RUNS, MOST_RUNS_LARGE] = [20, 100];
/** Steps of a run whose areas are asked for. */
const [STEPS, STEPS_LARGE] = [200, 2000];

export interface CardData {
  size: ReadonlySignal<Size>;
  /** The shown runs that have the tag, and those that the card shows. */
  having: ReadonlySignal<readonly Run[]>;
  shown: ReadonlySignal<readonly Run[]>;
  /** Which curves are meant, also where their areas are drawn. */
  form: ReadonlySignal<CurveForm>;
  isOverSteps: ReadonlySignal<boolean>;
  /** The best first. */
  curves: ReadonlySignal<readonly RunCurve[]>;
  areas: ReadonlySignal<readonly RunAreas[]>;
  isUpToDate: ReadonlySignal<boolean>;
  /** Why the data could not be loaded; null when they could. */
  error: ReadonlySignal<string | null>;
}

export function useCard(tag: Tag, host: RefObject<HTMLElement>): CardData {
  const current = useSignal(tag);
  current.value = tag;
  const isInSight = useSight(host);
  const size = useSize(host);
  const having = useRunsOfTag(tag);
  const isLarge = useComputed(() => prFields.expanded === current.value.name);
  const form = useComputed<CurveForm>(() =>
    prFields.form === "pr" || prFields.form === "ap" ? "pr" : "roc",
  );
  const isOverSteps = useComputed(() => prFields.form === "ap" || prFields.form === "auc");
  const isCompared = useComputed(() => prFields.against !== null && !isOverSteps.value);
  const shown = useComputed(() => having.value.slice(0, isLarge.value ? MOST_RUNS_LARGE : MOST_RUNS));
  const wanted = useComputed(() =>
    isInSight.value && size.value.width > 0 ? { tag: current.value, runs: shown.value } : null,
  );
  const wantedRows = useComputed(() =>
    wanted.value === null || !isOverSteps.value
      ? null
      : { ...wanted.value, most: isLarge.value ? STEPS_LARGE : STEPS, detail: null },
  );
  useEarlySignalEffect(() => {
    const { name } = current.value;
    curves.want(name, wanted.value);
    references.want(name, isCompared.value ? wanted.value : null);
    areas.want(name, wantedRows.value);
  });
  useEffect(
    () => () => {
      for (const values of [curves, references, areas]) values.want(tag.name, null);
    },
    [tag.name],
  );
  return {
    ...{ size, having, shown, form, isOverSteps },
    curves: useComputed(() => ranked(runCurves(current.value, shown.value, form.value, isCompared.value))),
    areas: useComputed(() =>
      isOverSteps.value ? runAreas(current.value, shown.value, drawnAxis.value) : [],
    ),
    isUpToDate: useComputed(
      () =>
        wanted.value !== null &&
        curves.has(wanted.value) &&
        (!isCompared.value || references.has(wanted.value)) &&
        (wantedRows.value === null || areas.isUpToDate(wantedRows.value)),
    ),
    error: useComputed(() => {
      const { name } = current.value;
      const ofAreas = isOverSteps.value
        ? shown.value.map((run) => areas.known(name, run.name)?.error).find(Boolean)
        : null;
      return curves.error.value ?? ofAreas ?? null;
    }),
  };
}
