/** What all drawings of the model share: the graph, which groups are open, and what is selected. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  fetchPart,
  type ModelChoice,
  type ModelOutline,
  type ModelPart,
  type ModelReach,
  type ModelSearch,
  type Thing,
} from "../../api/model";

export interface Sought {
  thing: Thing;
  /** The groups around it, from the whole on. */
  groups: readonly number[];
}

/** The graph that is shown, and its outline: both are the old one until the outline of the new one is there. */
export const choice = signal<ModelChoice | null>(null);
export const outline = signal<ModelOutline | null>(null);

/** Groups that are open in all drawings; the whole always is. */
export const opened = signal<ReadonlySet<number>>(new Set([0]));
/** Groups whose children that are alike are shown one by one. */
export const unfolded = signal<ReadonlySet<number>>(new Set());

export const selected = signal<Thing | null>(null);
export const hovered = signal<Thing | null>(null);
/** What is to be brought into sight, another object each time: what was found, or what a link leads to. */
export const sought = signal<Sought | null>(null);
/** What the query found, and which of it was gone to last; -1 for none yet. */
export const search = signal<ModelSearch | null>(null);
export const foundPlace = signal(-1);
/** What the selected box depends on and what depends on it, where that is asked for. */
export const reach = signal<ModelReach | null>(null);

export function setOpen(group: number, isOpen: boolean): void {
  if (group === 0 || opened.peek().has(group) === isOpen) return;
  const next = new Set(opened.peek());
  if (isOpen) next.add(group);
  else next.delete(group);
  opened.value = next;
}

/** Open some groups at once, as those around what is sought. */
export function openAll(groups: readonly number[]): void {
  if (groups.every((group) => opened.peek().has(group))) return;
  opened.value = new Set([...opened.peek(), ...groups]);
}

export function isSame(one: Thing | null, other: Thing | null): boolean {
  if (one === null || other === null) return one === other;
  if ("group" in one) return "group" in other && one.group === other.group;
  return "node" in other && one.node === other.node;
}

export function setUnfolded(group: number, isUnfolded: boolean): void {
  // What follows the set may ask again until the part is there.
  if (unfolded.peek().has(group) === isUnfolded) return;
  const next = new Set(unfolded.peek());
  if (isUnfolded) next.add(group);
  else next.delete(group);
  unfolded.value = next;
}

export interface LoadedPart {
  /** Null while it is asked for the first time. */
  part: ModelPart | null;
  problem: string;
}

const NOTHING: LoadedPart = { part: null, problem: "" };
/** By the choice, the group and whether it is folded. */
const parts = new Map<string, Signal<LoadedPart>>();
/** Parts that are kept, of all graphs together. */
const MOST_PARTS = 2000;

/** The boxes of a group of the graph that is shown, others once it is unfolded; asked for when they are first read. */
export function partOf(group: number): ReadonlySignal<LoadedPart> {
  const asked = choice.peek();
  if (asked === null) return signal(NOTHING);
  const fold = !unfolded.value.has(group);
  const key = JSON.stringify([asked.run, asked.graph, asked.phase, asked.measured, group, fold]);
  const known = parts.get(key);
  if (known !== undefined) return known;
  if (parts.size >= MOST_PARTS) parts.delete(parts.keys().next().value as string);
  const loaded = signal(NOTHING);
  parts.set(key, loaded);
  fetchPart(asked, group, fold).then(
    (part) => {
      loaded.value = { part, problem: "" };
    },
    (error: Error) => {
      // The entry stays: without it, each reader would ask again, and be told again.
      loaded.value = { part: null, problem: error.message };
    },
  );
  return loaded;
}

/** Ask again for the parts that could not be had. */
export function askAgainForParts(): void {
  for (const [key, loaded] of parts) {
    if (loaded.peek().problem === "") continue;
    parts.delete(key);
    // Those who read it are told, and ask.
    loaded.value = NOTHING;
  }
}

/** The groups directly below each, in order. */
export const children = computed((): readonly number[][] => {
  const parents = outline.value?.groups.parent ?? [];
  const found: number[][] = parents.map(() => []);
  parents.forEach((parent, group) => {
    if (parent >= 0) found[parent].push(group);
  });
  return found;
});
