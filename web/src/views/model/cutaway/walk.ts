/** Where the keys and the pointer lead to in the tree of boxes: pure. */

import type { CutawayTree } from "./cutaway_tree";

/** Those below an item that can be gone to: what is left of a group is no place of its own. */
function placesBelow({ children, weight, isRest }: CutawayTree, item: number): number[] {
  return children[item].filter((each) => weight[each] > 0 && !isRest[each]);
}

export type Way = "next" | "before" | "in" | "out";

/**
 * The item that a step leads to: among those beside it, to the first one in it, or to the one around it; the same
 * where there is none. Nothing outside of the item that is zoomed into is gone to.
 */
export function step(tree: CutawayTree, zoomed: number, item: number | null, way: Way): number {
  const first = placesBelow(tree, zoomed)[0] ?? zoomed;
  if (item === null || !isWithin(tree, zoomed, item)) return first;
  if (way === "in") return placesBelow(tree, item)[0] ?? item;
  const parent = tree.parent[item];
  if (way === "out") return parent === zoomed || item === zoomed ? item : parent;
  if (item === zoomed) return first;
  const beside = placesBelow(tree, parent);
  const place = beside.indexOf(item) + (way === "next" ? 1 : -1);
  return beside[Math.min(beside.length - 1, Math.max(0, place))] ?? item;
}

/** Whether an item is another one, or somewhere below it. */
export function isWithin({ parent }: CutawayTree, around: number, item: number): boolean {
  for (let at = item; at >= 0; at = parent[at]) if (at === around) return true;
  return false;
}

/** The innermost item that has both of two others in it, or is one of them. */
export function nearestAround(tree: CutawayTree, one: number, other: number): number {
  let at = one;
  while (at > 0 && !isWithin(tree, at, other)) at = tree.parent[at];
  return Math.max(0, at);
}

/** The item directly below one that is, or that has in it, another one; null for none. */
export function childToward({ parent }: CutawayTree, around: number, item: number): number | null {
  for (let at = item; at >= 0; at = parent[at]) if (parent[at] === around) return at;
  return null;
}

/** The group that a double click on an item zooms into: the box itself, or the one around a box that has nothing in it. */
export function zoomTarget(tree: CutawayTree, zoomed: number, item: number): number {
  const group = tree.group[item];
  if (tree.isRest[item] || tree.node[item] >= 0) return group;
  const isEmpty = tree.children[item].length === 0;
  return isEmpty && tree.parent[item] !== zoomed && tree.parent[item] >= 0 ? tree.parent[item] : group;
}
