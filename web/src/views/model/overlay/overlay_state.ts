/**
 * The overlay of all drawings: which there are, which one is chosen, and what it says of a box. It is a cost of the
 * graph, the types of the tensors, a statistic of a watch, or a family of recorded scalars at the shared place.
 */

import { computed, type ReadonlySignal } from "@preact/signals";
import type { CostKind, ModelOutline } from "../../../api/model";
import { runStyle } from "../../../kit/colour";
import { formatStep } from "../../../kit/format";
import { runsFields } from "../../../runs/runs_link";
import { currentView } from "../../../state/page";
import { placeFields } from "../../../state/place";
import { theme } from "../../../state/preferences";
import { catalogue, connection, scalarTags } from "../../../state/server";
import { subjects } from "../../../state/subject";
import { stepPlace } from "../../steps/step_place";
import { modelFields } from "../model_link";
import { outline } from "../model_state";
import { type Family, familiesOf, titleOf } from "./families";
import { followFamilies, followLayerValues, type WantedLayers } from "./layer_values";
import { type Box, formatOverlay, type Overlay } from "./overlay";
import { followValues, type RecordedValue, type RecordedValues, type WantedValues } from "./recorded_values";
import { colourOfNumber, inkOn, type Mark, markOfNumber, type Scale, scaleOf, shareOf } from "./scale";

/** The values of the groups below the whole; of a graph without any, that of the whole. */
function below<Value>(values: readonly (Value | null)[]): Value[] {
  const known = (some: readonly (Value | null)[]): Value[] => some.filter((value) => value !== null);
  const parts = known(values.slice(1));
  return parts.length > 0 ? parts : known(values.slice(0, 1));
}

function overlayOfCost({ name, title, unit }: CostKind, { groups }: ModelOutline): Overlay {
  const values = groups.costs[name] ?? [];
  return {
    ...{ name, title, unit, whole: values[0] ?? null },
    valueOf: (box) => box.costs[name] ?? null,
    values: () => below(values),
  };
}

/** The types of what groups put out, and nodes; null where no group's is known. */
function overlayOfTypes({ groups, tensors }: ModelOutline): Overlay | null {
  const types = groups.output.map((place) => tensors[place]?.dtype ?? null);
  if (types.every((type) => type === null)) return null;
  return {
    ...{ name: "dtype", title: "Type of the output", unit: "word", whole: null },
    valueOf: ({ group, dtype }) => (group >= 0 ? (types[group] ?? null) : (dtype ?? null)),
    values: () => below(types),
  };
}

/** The families of scalars in the run of the model. */
const families = computed<readonly Family[]>(() => {
  const shown = outline.value;
  if (shown === null) return [];
  const tags = scalarTags.value.filter(({ runs }) => runs.includes(shown.run));
  const all = subjects.value;
  return familiesOf(tags, shown.groups.path, (tag, path) => all.of(tag).includes(all.normal(path)));
});

const wantedValues = computed<WantedValues | null>(() => {
  const family = families.value.find(({ name }) => name === modelFields.cost);
  const run = catalogue.value?.runs.find(({ id }) => id === outline.value?.run);
  if (family === undefined || run === undefined || currentView.value !== "model") return null;
  const { attempts } = runsFields;
  return { family, run, place: stepPlace.value, attempts, connection: connection.value };
});

const recordedScalars = followValues(wantedValues);

/** The run of the model, while it is on screen. */
const runOfModel = computed(() => {
  const id = outline.value?.run;
  return currentView.value === "model" ? (catalogue.value?.runs.find((run) => run.id === id) ?? null) : null;
});

const layerFamilies = followFamilies(runOfModel, connection);

const wantedLayers = computed<WantedLayers | null>(() => {
  const family = layerFamilies.value.find(({ name }) => name === modelFields.cost);
  const run = runOfModel.value;
  if (family === undefined || run === null) return null;
  const { place } = placeFields;
  return { family, run, at: place?.axis === "step" ? place.x : null, connection: connection.value };
});

const recordedLayers = followLayerValues(wantedLayers);

/** The values of a family, of scalars or of a watch; null until they are there. */
function recordedIn(family: string): RecordedValues | null {
  return [recordedScalars.value, recordedLayers.value].find((values) => values?.family === family) ?? null;
}

/** The value of a group in a family; null where none is known. */
function recordedOf(family: string, group: number): RecordedValue | null {
  const path = outline.value?.groups.path[group] ?? "";
  return recordedIn(family)?.byPath.get(path) ?? null;
}

function overlayOfFamily(name: string, title: string): Overlay {
  return {
    ...{ name, title, unit: "value", whole: null },
    valueOf: ({ group }) => recordedOf(name, group)?.value ?? null,
    values: () => [...(recordedIn(name)?.byPath.values() ?? [])].map(({ value }) => value),
  };
}

export const overlays: ReadonlySignal<readonly Overlay[]> = computed(() => {
  const shown = outline.value;
  if (shown === null) return [];
  const types = overlayOfTypes(shown);
  return [
    ...shown.costs.map((cost) => overlayOfCost(cost, shown)),
    ...(types === null ? [] : [types]),
    ...layerFamilies.value.map(({ name, title }) => overlayOfFamily(name, title)),
    ...families.value.map(({ name }) => overlayOfFamily(name, titleOf(name))),
  ];
});

/** The chosen one, else the first cost; null where the graph has none. */
export const overlay: ReadonlySignal<Overlay | null> = computed(() => {
  const all = overlays.value;
  return all.find(({ name }) => name === modelFields.cost) ?? all[0] ?? null;
});

/** Whether the overlay has been chosen and its values are still on their way. */
export const isOverlayRead = computed(() => {
  const shown = overlay.value;
  return shown === null || shown.unit !== "value" || recordedIn(shown.name) !== null;
});

/** The scale of the overlay's numbers; null where it has none. */
export const overlayScale: ReadonlySignal<Scale | null> = computed(() => {
  const values = overlay.value?.values() ?? [];
  return scaleOf(
    values.filter((value) => typeof value === "number"),
    modelFields.scale,
  );
});

/** The overlay's words, the most frequent first. */
export const overlayWords: ReadonlySignal<readonly string[]> = computed(() => {
  const counts = new Map<string, number>();
  for (const value of overlay.value?.values() ?? [])
    if (typeof value === "string") counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([word]) => word);
});

export function colourOfWord(word: string): string {
  return runStyle(Math.max(0, overlayWords.value.indexOf(word)), theme.value).colour;
}

export function colourOf(box: Box): string | null {
  const value = overlay.value?.valueOf(box) ?? null;
  if (value === null) return null;
  return typeof value === "string"
    ? colourOfWord(value)
    : colourOfNumber(value, overlayScale.value, theme.value);
}

/** The colour of text on a box of such a colour; null is the ground. */
export function inkOf(colour: string | null): string {
  return inkOn(colour, theme.value);
}

export function markOf(box: Box): Mark | null {
  const value = overlay.value?.valueOf(box) ?? null;
  return typeof value === "number" ? markOfNumber(value) : null;
}

/** How long a box's bar is: the share of the whole, or where the number is on the scale; null where there is none. */
export function barOf(box: Box): number | null {
  const shown = overlay.value;
  const value = shown?.valueOf(box) ?? null;
  if (shown === null || typeof value !== "number" || !Number.isFinite(value)) return null;
  if (shown.whole !== null && shown.whole > 0) return Math.min(1, Math.max(0, value / shown.whole));
  const scale = overlayScale.value;
  if (scale === null) return 0;
  if (scale.kind === "log") return shareOf(value, scale);
  return Math.min(1, Math.abs(value) / Math.max(Math.abs(scale.low), Math.abs(scale.high)));
}

/** The value in words; empty where nothing is known. */
export function textOf(box: Box): string {
  const shown = overlay.value;
  const value = shown?.valueOf(box) ?? null;
  if (shown === null || value === null) return "";
  const step = shown.unit === "value" ? recordedOf(shown.name, box.group)?.step : undefined;
  const { place } = placeFields;
  const isEarlier = place?.axis === "step" && step !== undefined && step !== place.x;
  return formatOverlay(value, shown.unit) + (isEarlier ? ` from ${formatStep(step)}` : "");
}

/** The box of a group as the outline has it. */
export function boxOfGroup({ groups }: ModelOutline, group: number): Box {
  const costs: Record<string, number | null> = {};
  for (const [name, values] of Object.entries(groups.costs)) costs[name] = values[group] ?? null;
  return { group, node: -1, costs };
}
