/** Which run, series and lines are shown, and what the server says of them. */

import { computed, effect, signal, untracked } from "@preact/signals";
import type { Run } from "../../api/catalogue";
import { fetchLayers, type LayerKind, type RunLayers } from "../../api/layers";
import { reasonOf } from "../../kit/reason";
import { shownRuns } from "../../runs/listed_runs";
import { currentView } from "../../state/page";
import { connection, knownRuns, tagsOfKind } from "../../state/server";
import { type Against, changeLayers, layersFields } from "./layers_link";
import { firstOpen, linesOf, openNow, treeOf, waysTo } from "./row_tree";
import { statisticNamed } from "./statistics";

export const KIND = "cutaway_watch";
export const VIEW_NAME = "layers";

const watchTags = tagsOfKind(KIND);

/** The runs with a watch: those that are shown first. */
export const watchedRuns = computed<readonly Run[]>(() => {
  const having = new Set(watchTags.value.flatMap(({ runs }) => runs));
  const shown = shownRuns.value.filter(({ id }) => having.has(id));
  const isShown = new Set(shown.map(({ id }) => id));
  return [...shown, ...knownRuns.value.filter(({ id }) => having.has(id) && !isShown.has(id))];
});

/** The run of the link, where it has a watch; else the first one. */
export const chosenRun = computed<Run | null>(() => {
  const runs = watchedRuns.value;
  return runs.find(({ name }) => name === layersFields.run) ?? runs[0] ?? null;
});

/** What the server says of a run; null before the first answer. */
export const runLayers = signal<RunLayers | null>(null);
/** Why it cannot be had; empty while nothing is wrong. */
export const layersProblem = signal("");
/** Goes up where rows have changed since. */
const asked = signal(0);

/** The rows are others than those that are known. */
export function askAgain(): void {
  asked.value++;
}

/** How many tags the run has: a new kind, or other rows. */
const tagCount = computed(() => {
  const id = chosenRun.value?.id ?? "";
  return watchTags.value.filter(({ runs }) => runs.includes(id)).length;
});

export function followLayers(): void {
  let number = 0;
  const runId = computed(() => chosenRun.value?.id ?? null);
  effect(() => {
    const id = runId.value;
    void connection.value;
    void asked.value;
    void tagCount.value;
    if (id === null || currentView.value !== VIEW_NAME) return;
    const own = ++number;
    fetchLayers(id).then(
      (found) => {
        if (own !== number) return;
        runLayers.value = found;
        layersProblem.value = "";
      },
      (error: unknown) => {
        if (own === number && !(error instanceof TypeError)) layersProblem.value = reasonOf(error);
      },
    );
  });
}

/** As in the link: `watch/gradient`. */
export function nameOf({ prefix, kind }: { prefix: string; kind: string }): string {
  return prefix === "" ? kind : `${prefix}/${kind}`;
}

/** The series that is shown: of the link, else the gradients, else the first there is. */
export const series = computed<LayerKind | null>(() => {
  const found = runLayers.value;
  if (found === null || found.run !== chosenRun.value?.id) return null;
  const { kinds } = found;
  return (
    kinds.find((each) => nameOf(each) === layersFields.kind) ??
    kinds.find(({ kind }) => kind === "gradient") ??
    kinds[0] ??
    null
  );
});

/** The statistic of the link, where the series has it. */
export const statistic = computed(() => {
  const has = series.value?.statistics ?? [];
  return has.includes(layersFields.statistic) ? layersFields.statistic : "rms";
});

export const colouring = computed(() => statisticNamed(statistic.value).colouring);

/** Against its own past a count or a share would say nothing. */
export const against = computed<Against>(() =>
  colouring.value === "log" || colouring.value === "ratio" ? layersFields.against : "nothing",
);

/** The same while the rows are: another series may have the same ones. */
const rowsKey = computed(() => series.value?.layout ?? "");

export const tree = computed(() => {
  void rowsKey.value;
  const shown = series.peek();
  return shown === null ? null : treeOf(shown.rows, shown.classes);
});

const firstOpened = computed(() => (tree.value === null ? new Set<string>() : firstOpen(tree.value)));

const opened = computed(() => openNow(firstOpened.value, layersFields.turned));

export const lines = computed(() => (tree.value === null ? [] : linesOf(tree.value, opened.value)));

/** Open or close the group of a key. */
export function turn(key: string): void {
  const turned = new Set(layersFields.turned);
  if (!turned.delete(key)) turned.add(key);
  changeLayers({ turned });
}

/** Open what is around a row, and select it. */
export function showRow(row: number): void {
  const shown = tree.peek();
  if (shown === null) return;
  const turned = new Set(layersFields.turned);
  const open = opened.peek();
  for (const key of waysTo(shown, row)) {
    if (open.has(key)) continue;
    if (!turned.delete(key)) turned.add(key);
  }
  changeLayers({ turned });
  const line = lines.value.find(({ rows }) => rows.length === 1 && rows[0] === row);
  if (line !== undefined) changeLayers({ row: line.key });
}

/** The line that is selected; null for none. */
export const selectedLine = computed(() => lines.value.find(({ key }) => key === layersFields.row) ?? null);

/** A link may name a row that is within a closed group: what is around it is opened. */
export function followLinkedRow(): void {
  effect(() => {
    const key = layersFields.row;
    if (key === null || tree.value === null || selectedLine.peek() !== null) return;
    const row = series.peek()?.rows.indexOf(key) ?? -1;
    if (row >= 0) untracked(() => showRow(row));
  });
}
