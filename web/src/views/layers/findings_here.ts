/** The findings about the layers of the run: in the details of a row, and from one to the next. */

import { batch, computed, effect } from "@preact/signals";
import type { Finding } from "../../api/findings";
import { moduleOfRow } from "../../api/layers";
import { findingsOfRuns } from "../../state/findings";
import { currentView } from "../../state/page";
import { changePlace, placeFields } from "../../state/place";
import { subjectFields } from "../../state/subject";
import { focused } from "./layer_map";
import { changeLayers } from "./layers_link";
import { chosenRun, lines, nameOf, runLayers, series, showRow, VIEW_NAME } from "./layers_state";
import { faultsOf } from "./map_picture";
import { shownMap } from "./map_state";

/** Those that are about rows of a watch, in the order in which they began. */
export const findingsHere = computed<readonly Finding[]>(() => {
  const found = findingsOfRuns.value.get(chosenRun.value?.id ?? "")?.findings ?? [];
  return found
    .filter(({ kind, rows, severity }) => kind !== "" && rows.length > 0 && severity !== "unknown")
    .toSorted((one, other) => one.first_step - other.first_step);
});

/** Those about a row of the series that is shown. */
export function findingsOf(row: number): readonly Finding[] {
  const shown = series.value;
  if (shown === null) return [];
  const name = shown.rows[row];
  return findingsHere.value.filter(({ kind, rows }) => kind === shown.kind && rows.includes(name));
}

/** Select a row of a kind, the first of these names that is one, and fix the place. Those of a loss begin with its tag. */
function goToRow(kind: string, names: readonly string[], step: number): void {
  const kinds = (runLayers.peek()?.kinds ?? []).filter((each) => each.kind === kind);
  const name = names.find((each) => kinds.some(({ rows }) => rows.includes(each)));
  const found = kinds.find(({ rows }) => name !== undefined && rows.includes(name));
  if (name === undefined || found === undefined) return;
  batch(() => {
    if (series.peek() !== found) changeLayers({ kind: nameOf(found) });
    changePlace({ place: { axis: "step", x: step } });
  });
  showRow(found.rows.indexOf(name));
  const line = lines.peek().find(({ rows }) => rows.length === 1 && found.rows[rows[0]] === name);
  if (line !== undefined) focused.value = { key: line.key, step };
}

let last: Finding | null = null;

/** The next finding or, where there are none, the next line that is not finite. */
export function goToNext(further: 1 | -1): void {
  const all = findingsHere.peek();
  if (all.length === 0) {
    goToFault(further);
    return;
  }
  const at = last === null ? -1 : all.findIndex((each) => isSame(each, last as Finding));
  const next = all[at < 0 ? (further > 0 ? 0 : all.length - 1) : (at + further + all.length) % all.length];
  last = next;
  goToRow(next.kind, next.rows, next.first_step);
}

function isSame(one: Finding, other: Finding): boolean {
  return one.rule === other.rule && one.first_step === other.first_step && one.rows[0] === other.rows[0];
}

/** From one line with values that are not finite to the next, in the order in which they became so. */
function goToFault(further: 1 | -1): void {
  const shown = shownMap.peek();
  if (shown === null) return;
  const found = lines
    .peek()
    .map(({ key }) => ({ key, step: firstFault(key) }))
    .filter((each): each is { key: string; step: number } => each.step !== null)
    .sort((one, other) => one.step - other.step);
  if (found.length === 0) return;
  const at = found.findIndex(({ key }) => key === focused.peek()?.key);
  const next =
    found[at < 0 ? (further > 0 ? 0 : found.length - 1) : (at + further + found.length) % found.length];
  focused.value = next;
  changeLayers({ row: next.key });
}

function firstFault(key: string): number | null {
  const shown = shownMap.peek();
  const row = shown?.place.get(key);
  if (shown === null || row === undefined) return null;
  const { firstNan, firstInfinity } = faultsOf(shown.map, row);
  const first = Math.min(firstNan ?? Number.POSITIVE_INFINITY, firstInfinity ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(first) ? shown.map.first[first] : null;
}

/** Who comes from another view is led to the rows of its subject: to those of a finding, where it was one. */
export function followSubject(): void {
  let followed = "";
  effect(() => {
    const { subject } = subjectFields;
    const found = runLayers.value;
    if (currentView.value !== VIEW_NAME) {
      followed = "";
      return;
    }
    if (subject === followed || found === null || series.value === null) return;
    followed = subject;
    if (subject === "") return;
    const { place } = placeFields;
    const about = findingsHere
      .peek()
      .filter(({ kind, rows }) => isWithin(moduleOfRow(rows[0], kind), subject));
    const finding = about.find(({ first_step }) => first_step === place?.x);
    if (finding !== undefined) {
      goToRow(finding.kind, finding.rows, finding.first_step);
      return;
    }
    const shown = series.peek();
    const row = shown?.rows.findIndex((name) => isWithin(moduleOfRow(name, shown.kind), subject)) ?? -1;
    if (row >= 0) showRow(row);
  });
}

function isWithin(path: string, subject: string): boolean {
  return path === subject || path.startsWith(`${subject}.`);
}
