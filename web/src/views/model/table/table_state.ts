/** The rows of the table, how they are sorted, and where the keys are. */

import { computed, effect, signal } from "@preact/signals";
import type { Thing } from "../../../api/model";
import { children, opened, outline, partOf, setOpen, sought } from "../model_state";
import { shownColumns } from "./columns";
import { rowsOf, type TableRow } from "./table_rows";

/** Groups that have groups below them, and whose own operations are shown beside those. */
export const ownOpened = signal<ReadonlySet<number>>(new Set());

export const sorting = signal<{ column: string; isDescending: boolean } | null>(null);

export function sortBy(column: string, isNumber: boolean): void {
  const before = sorting.peek();
  if (before?.column !== column) sorting.value = { column, isDescending: isNumber };
  else if (before.isDescending === isNumber) sorting.value = { column, isDescending: !isNumber };
  else sorting.value = null;
}

export const rows = computed<readonly TableRow[]>(() => {
  if (outline.value === null) return [];
  const by = sorting.value;
  const column = shownColumns.value.find(({ name }) => name === by?.column);
  return rowsOf({
    outline: outline.value,
    children: children.value,
    opened: opened.value,
    ownOpened: ownOpened.value,
    partOf: (group) => partOf(group).value,
    order: column === undefined || by === null ? null : { rank: column.rank, isDescending: by.isDescending },
  });
});

/** The row that the keys are at; null for the first one. */
export const cursor = signal<string | null>(null);

export function rowIdOf(thing: Thing): string {
  return "group" in thing ? `g${thing.group}` : `n${thing.node}`;
}

/** The group or the node of a row; null of a row that is neither. */
export function thingOf(row: TableRow): Thing | null {
  if (row.kind === "group") return { group: row.group };
  return row.kind === "node" ? { node: row.node } : null;
}

export function setRowOpen(row: TableRow, isOpen: boolean): void {
  if (row.kind === "group") setOpen(row.group, isOpen);
  else if (row.kind === "own") setOwnOpen(row.group, isOpen);
}

function setOwnOpen(group: number, isOpen: boolean): void {
  const next = new Set(ownOpened.peek());
  if (isOpen) next.add(group);
  else next.delete(group);
  ownOpened.value = next;
}

/** Groups that hold other groups: those without are opened one by one, as their operations have to be asked for. */
export function allGroups(): number[] {
  const below = outline.peek()?.groups.below ?? [];
  return below.flatMap((count, group) => (count > 0 ? [group] : []));
}

/** Another graph has other numbers; what is sought is to be among the rows. */
export function followTable(): void {
  effect(() => {
    void outline.value;
    ownOpened.value = new Set();
    cursor.value = null;
  });
  effect(() => {
    const wanted = sought.value;
    if (wanted === null) return;
    cursor.value = rowIdOf(wanted.thing);
    const around = wanted.groups.at(-1);
    const hasGroups = (outline.peek()?.groups.below[around ?? -1] ?? 0) > 0;
    if ("node" in wanted.thing && around !== undefined && hasGroups) setOwnOpen(around, true);
  });
}
