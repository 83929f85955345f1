/**
 * What is selected, in the link by its key: a group's own, or that of a node's group, a slash and the node's name. Numbers
 * are those of one graph; keys are the same in the next one.
 */

import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { fetchPart, type ModelChoice, type ModelOutline, type ModelPart, type Thing } from "../../api/model";
import { subjectFields, subjects } from "../../state/subject";
import { shared } from "../../state/subjects";
import { details } from "./load_details";
import { changeModel, modelFields } from "./model_link";
import {
  choice,
  foundPlace,
  isSame,
  openAll,
  outline,
  partOf,
  reach,
  search,
  selected,
  sought,
} from "./model_state";

/** Whether the thing that the link names is still looked for. */
const isSeeking = signal(false);

/** The key of what is selected: null for nothing, undefined while it is not known. */
const selectedKey = computed<string | null | undefined>(() => {
  const thing = selected.value;
  if (outline.value === null || isSeeking.value) return undefined;
  if (thing === null) return null;
  if ("group" in thing && thing.group < outline.value.groups.key.length)
    return outline.value.groups.key[thing.group];
  const known = details.value;
  if (known === null || !isSame(known.thing, thing) || known.details === null) return undefined;
  if ("group" in thing) return known.details.key;
  const { groups, name } = known.details;
  const around = groups.at(-1) ?? 0;
  const { part } = partOf(around).value;
  if (part === null) return undefined;
  return `${outline.value.groups.key[around] ?? ""}/${nodeName(part, thing.node, name)}`;
});

/** The name of a node in its group; of several with the same name, each behind the first has its number, as `add~2`. */
export function nodeName({ boxes }: ModelPart, node: number, name: string): string {
  let count = 0;
  for (let box = 0; box < boxes.node.length; box++) {
    if (boxes.node[box] < 0 || boxes.name[box] !== name) continue;
    count++;
    if (boxes.node[box] === node) break;
  }
  return count > 1 ? `${name}~${count}` : name;
}

/** The node of such a name; -1 where there is none. */
export function nodeNamed({ boxes }: ModelPart, name: string): number {
  const [, plain, number] = /^(.*?)(?:~(\d{1,9}))?$/su.exec(name) as RegExpExecArray;
  const named = (wanted: string): number[] =>
    boxes.node.filter((node, box) => node >= 0 && boxes.name[box] === wanted);
  return named(name)[0] ?? named(plain)[Number(number ?? 1) - 1] ?? -1;
}

export function select(thing: Thing | null): void {
  if (!isSame(selected.peek(), thing)) selected.value = thing;
}

/** Select a group or a node, and open all that is around it; `groups` is the chain from the whole on. */
export function goToThing(thing: Thing, groups: readonly number[]): void {
  batch(() => {
    openAll(groups);
    select(thing);
    sought.value = { thing, groups };
  });
}

/** The groups around a group, from the whole on. */
export function chainTo({ groups }: ModelOutline, group: number): number[] {
  const chain: number[] = [];
  for (let at = groups.parent[group] ?? -1; at >= 0; at = groups.parent[at]) chain.unshift(at);
  return chain;
}

/** What of a key is the longest key of a group, with the name of the node behind it; -1 where there is none. */
export function groupOfKey(keys: readonly string[], key: string): { group: number; name: string } {
  let [group, name] = [-1, ""];
  keys.forEach((each, number) => {
    if (each === key) [group, name] = [number, ""];
    else if (key.startsWith(`${each}/`) && (group < 0 || (name !== "" && each.length > keys[group].length)))
      [group, name] = [number, key.slice(each.length + 1)];
  });
  return { group, name };
}

/** The group that a subject leads to: the deepest one whose path is the subject or is around it; -1 for none. */
export function groupOfSubject({ groups }: ModelOutline, subject: string): number {
  const all = subjects.peek();
  const normal = all.normal(subject);
  let [found, longest] = [-1, 0];
  groups.path.forEach((path, group) => {
    if (path === "") return;
    const own = all.normal(path);
    if (own.length > longest && shared(own, normal) === own) [found, longest] = [group, own.length];
  });
  return found;
}

/** Select in a graph that has come what the link names; where it names nothing, what the page's subject is about. */
export function takeSelection(of: ModelOutline): void {
  const key = modelFields.selected;
  const { subject } = subjectFields;
  selected.value = null;
  isSeeking.value = false;
  if (key !== null) seek(of, key);
  else if (subject !== "") goToGroup(of, groupOfSubject(of, subject));
}

function goToGroup(of: ModelOutline, group: number): void {
  if (group > 0) goToThing({ group }, chainTo(of, group));
}

function seek(of: ModelOutline, key: string): void {
  const { group, name } = groupOfKey(of.groups.key, key);
  if (group < 0) return;
  if (name === "") {
    goToThing({ group }, chainTo(of, group));
    return;
  }
  const asked = choice.peek() as ModelChoice;
  isSeeking.value = true;
  const end = (found: () => void): void => {
    if (choice.peek() !== asked || modelFields.selected !== key) return;
    batch(() => {
      isSeeking.value = false;
      found();
    });
  };
  fetchPart(asked, group, false).then(
    (part) => {
      const node = nodeNamed(part, name);
      end(() => {
        if (node >= 0) goToThing({ node }, [...chainTo(of, group), group]);
        else goToThing({ group }, chainTo(of, group));
      });
    },
    () => end(() => {}),
  );
}

/** Keep the link and the selection the same, in both directions; and follow the page's subject. */
export function followSelection(): void {
  effect(() => {
    const key = selectedKey.value;
    if (key !== undefined && key !== untracked(() => modelFields.selected)) changeModel({ selected: key });
  });
  effect(() => {
    const key = modelFields.selected;
    untracked(() => {
      if (outline.value === null || key === selectedKey.value || selectedKey.value === undefined) return;
      isSeeking.value = false;
      if (key === null) select(null);
      else seek(outline.value, key);
    });
  });
  effect(() => {
    const { subject } = subjectFields;
    untracked(() => {
      if (outline.value !== null && subject !== "")
        goToGroup(outline.value, groupOfSubject(outline.value, subject));
    });
  });
  effect(() => {
    void selected.value;
    reach.value = null;
  });
}

/** Go to the next of what was found, or back; from the last one to the first. */
export function goToFound(step: 1 | -1): void {
  const found = search.peek()?.found ?? [];
  if (found.length === 0) return;
  const before = foundPlace.peek();
  const place = before < 0 && step < 0 ? found.length - 1 : (before + step + found.length) % found.length;
  const { group, node, groups } = found[place];
  batch(() => {
    foundPlace.value = place;
    goToThing(group >= 0 ? { group } : { node }, groups);
  });
}
