/**
 * The tree whose boxes the cutaway draws, for one cost: the groups of the graph, and of each group a box for the rest,
 * what is in it and in none of the groups below it, so that areas add up.
 */

import type { ModelOutline, ModelPart } from "../../../api/model";
import type { Tree } from "../../../charts/treemap";

/** Rests below such a share of their group are rounding errors. */
const LEAST_REST = 1e-9;

/** Items are the groups, by their numbers, and behind them rests and nodes. */
export interface CutawayTree extends Tree {
  weight: number[];
  children: number[][];
  parent: number[];
  /** The group that an item is, or that it is a part of. */
  group: number[];
  /** The node that an item is; -1 for groups and rests. */
  node: number[];
  /** The items of nodes. */
  ofNode: Map<number, number>;
  isRest: boolean[];
  /** Groups whose children have more than they have: what several of them share is counted once above. */
  overlapping: number[];
}

/** A group whose nodes are boxes too. */
export interface OpenedPart {
  group: number;
  part: ModelPart;
}

/** `adds` says whether the cost of a group is the sum of what is in it; a peak is not, and has no rest. */
export function cutawayTree(
  { groups }: ModelOutline,
  cost: string,
  adds: boolean,
  opened: OpenedPart | null = null,
): CutawayTree {
  const count = groups.parent.length;
  const costs = groups.costs[cost] ?? [];
  const tree: CutawayTree = {
    weight: Array.from({ length: count }, () => 0),
    children: Array.from({ length: count }, () => []),
    parent: [...groups.parent],
    group: Array.from({ length: count }, (_, i) => i),
    node: Array.from({ length: count }, () => -1),
    ofNode: new Map(),
    isRest: Array.from({ length: count }, () => false),
    overlapping: [],
  };
  for (let group = 1; group < count; group++) tree.children[groups.parent[group]].push(group);
  // From the last to the first: a group is behind its parent.
  for (let group = count - 1; group >= 0; group--) {
    const below = tree.children[group];
    const sum = below.reduce((total, child) => total + tree.weight[child], 0);
    const own = known(costs[group]);
    if (!adds) {
      tree.weight[group] = Math.max(own, ...below.map((child) => tree.weight[child]));
      continue;
    }
    tree.weight[group] = Math.max(own, sum);
    if (sum > own * (1 + LEAST_REST) && costs[group] != null) tree.overlapping.push(group);
    if (opened?.group === group) addNodes(tree, opened, cost, own - sum);
    else if (isOneFunction(groups.type, below, own - sum, own)) tree.children[group] = [];
    else if (below.length > 0) addRest(tree, group, own - sum);
  }
  return tree;
}

/** The class of a group that is a function of the framework and no module. */
export const FUNCTION = "function";

/** Whether a module is one call of a function and nothing else: a box in a box would say the same twice. */
function isOneFunction(
  types: readonly string[],
  below: readonly number[],
  rest: number,
  own: number,
): boolean {
  return below.length === 1 && types[below[0]] === FUNCTION && rest <= own * LEAST_REST;
}

function known(cost: number | null | undefined): number {
  return cost != null && Number.isFinite(cost) && cost > 0 ? cost : 0;
}

function add(tree: CutawayTree, group: number, node: number, weight: number): number {
  tree.parent.push(group);
  tree.children.push([]);
  tree.group.push(group);
  tree.node.push(node);
  tree.isRest.push(node < 0);
  const item = tree.weight.push(weight) - 1;
  if (node >= 0) tree.ofNode.set(node, item);
  return item;
}

function addRest(tree: CutawayTree, group: number, rest: number): void {
  if (rest <= tree.weight[group] * LEAST_REST) return;
  tree.children[group].push(add(tree, group, -1, rest));
}

/** The nodes that have a cost, among the groups in the order of execution, and what is left. */
function addNodes(
  tree: CutawayTree,
  { group, part: { boxes } }: OpenedPart,
  cost: string,
  rest: number,
): void {
  const costs = boxes.costs[cost] ?? [];
  const ordered: number[] = [];
  const groups = tree.children[group];
  let left = rest;
  let next = 0;
  for (const [i, node] of boxes.node.entries()) {
    if (node < 0) {
      const place = groups.indexOf(boxes.group[i], next);
      if (place < 0) continue;
      // A box may stand for several groups that are alike.
      const end = Math.min(groups.length, place + boxes.repeats[i]);
      ordered.push(...groups.slice(next, end));
      next = end;
      continue;
    }
    const own = known(costs[i]);
    // What several nodes share is not counted twice.
    if (own === 0 || own > left * (1 + LEAST_REST)) continue;
    ordered.push(add(tree, group, node, own));
    left -= own;
  }
  ordered.push(...groups.slice(next));
  tree.children[group] = ordered;
  if (ordered.length > 0) addRest(tree, group, left);
}

/** The items of which each branch of the picture is one: the first below an item that are more than one. */
export function branchesOf({ children, weight }: Tree, item: number): number[] {
  let at = item;
  for (;;) {
    const below = children[at].filter((child) => weight[child] > 0);
    if (below.length !== 1) return below;
    at = below[0];
  }
}

/** Modules without others in them that have nothing of a cost, and those of which it is not known. */
export function withoutCost({ groups }: ModelOutline, cost: string): { none: number[]; unknown: number[] } {
  const costs = groups.costs[cost] ?? [];
  const isModule = groups.type.map((type) => type !== FUNCTION);
  const holds = groups.type.map(() => false);
  groups.parent.forEach((parent, group) => {
    if (parent >= 0 && isModule[group]) holds[parent] = true;
  });
  const leaves = groups.type.flatMap((_, group) => (isModule[group] && !holds[group] ? [group] : []));
  return {
    none: leaves.filter((group) => costs[group] === 0),
    unknown: leaves.filter((group) => costs[group] == null),
  };
}
