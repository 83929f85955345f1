/** Which graph is shown: the one of the link or, where that is not there, the newest one of its run, and a note about it. */

import { computed, signal } from "@preact/signals";
import type { Phase, RecordedModel } from "../../api/model";
import { shownRuns } from "../../runs/listed_runs";
import { knownRuns } from "../../state/server";
import { modelFields } from "./model_link";

/** What `./api/models` lists; null before the first answer. */
export const models = signal<readonly RecordedModel[] | null>(null);

export interface Shown {
  model: RecordedModel;
  phase: Phase;
  /** Sentences about what the link asks for and what is shown instead. */
  notes: readonly string[];
}

interface Wanted {
  run: string | null;
  graph: string | null;
  phase: Phase;
}

interface NamedRun {
  id: string;
  name: string;
}

/**
 * Without a run in the link it is the one of those that are shown which recorded its model last; `kept` is the run whose
 * model has been shown before, which stays as long as it is among them: a run that begins changes no picture.
 */
export function chosenOf(
  all: readonly RecordedModel[],
  wanted: Wanted,
  runs: readonly NamedRun[],
  preferred: readonly NamedRun[],
  kept: string | null = null,
): Shown | null {
  const notes: string[] = [];
  const nameOf = new Map(runs.map(({ id, name }) => [id, name]));
  const having = new Set(all.map(({ run }) => run));
  const asked = runs.find(({ name }) => name === wanted.run);
  if (all.length === 0) return null;
  const isThere = asked !== undefined && having.has(asked.id);
  const run = isThere ? asked.id : runOfNewest(all, new Set(preferred.map(({ id }) => id)), kept);
  const own = all.filter((model) => model.run === run);
  if (wanted.run !== null && !isThere)
    notes.push(`There is no model in a run ${wanted.run}: that of ${nameOf.get(run) ?? run} is shown.`);
  // Runs of one experiment mostly have the same model.
  let model = own.find(({ graph }) => graph === wanted.graph);
  if (model === undefined) {
    model = wanted.graph === null ? firstWhole(own) : newest(own);
    if (wanted.graph !== null)
      notes.push(
        `Graph ${wanted.graph} is not in run ${nameOf.get(run) ?? run}: the newest one of it is shown.`,
      );
  }
  let phase = wanted.phase;
  if (!model.phases.includes(phase)) {
    phase = model.phases[0] ?? "forward";
    if (wanted.phase !== "forward")
      notes.push(`Nothing of ${wanted.phase} was recorded of this model: ${phase} is shown.`);
  }
  return { model, phase, notes };
}

function runOfNewest(
  all: readonly RecordedModel[],
  preferred: ReadonlySet<string>,
  kept: string | null,
): string {
  const shownOnes = all.filter(({ run }) => preferred.has(run));
  const among = shownOnes.length > 0 ? shownOnes : all;
  if (kept !== null && among.some(({ run }) => run === kept)) return kept;
  const whole = among.filter(({ problem }) => problem === "");
  return newest(whole.length > 0 ? whole : among).run;
}

function firstWhole(own: readonly RecordedModel[]): RecordedModel {
  return own.find(({ problem }) => problem === "") ?? own[0];
}

function newest(own: readonly RecordedModel[]): RecordedModel {
  const last = (model: RecordedModel): number => Math.max(...model.recorded);
  return own.reduce((best, model) => (last(model) > last(best) ? model : best));
}

/** The run whose model was shown last without being asked for; null before there is one. */
export const keptRun = signal<string | null>(null);

export const shown = computed<Shown | null>(() =>
  models.value === null
    ? null
    : chosenOf(models.value, modelFields, knownRuns.value, shownRuns.value, keptRun.peek()),
);

/** The name of a run by its id. */
export function runName(id: string): string {
  return knownRuns.value.find((run) => run.id === id)?.name ?? id;
}
