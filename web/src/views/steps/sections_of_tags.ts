/**
 * Tags in sections, from their tree: those of a view's page, in the order of the tree.
 *
 * A node of the tree is a section of its own where it has a few tags at least; fewer are in that of the node above. A
 * family of tags is one item.
 */

import { FEWEST_IN_FAMILY, type TagFamily, type TagNode, type TagTree } from "../../state/tag_tree";

/** A node below another one has so many items, or they are the other's. */
const FEWEST_IN_SECTION = 4;

export type TagItem = { name: string; family: null } | { name: string; family: TagFamily };

export interface SectionOfTags {
  /** The path of the node, which the link has where it is folded. */
  key: string;
  /** The text that all its names begin with; empty for the tags without a group. */
  name: string;
  /** The paths of the sections that it is in. */
  within: readonly string[];
  items: TagItem[];
}

export interface SectionOptions {
  /** The names that are to be shown, in their order. */
  names: readonly string[];
  /** Whether families are one item; else each of their tags is. */
  hasFamilies: boolean;
}

interface Branch {
  node: TagNode;
  /** Items that end in the node. */
  items: Placed[];
  branches: Branch[];
  /** Items of the node and all below it. */
  count: number;
  /** The place of the first of them. */
  first: number;
}

interface Placed {
  item: TagItem;
  place: number;
}

export function sectionsOfTags(tree: TagTree, options: SectionOptions): SectionOfTags[] {
  const root = branchOf(tree.root, placesOf(tree, options));
  const sections: SectionOfTags[] = [];
  if (root.items.length > 0)
    sections.push({ key: "", name: "", within: [], items: root.items.map(({ item }) => item) });
  for (const branch of root.branches) addSections(branch, branch.node.path, [], sections);
  return sections;
}

interface Places {
  /** The places of the names that are items of their own. */
  names: ReadonlyMap<string, number>;
  /** The families that are shown, by the paths of their nodes. */
  families: ReadonlyMap<string, readonly Placed[]>;
}

function placesOf(tree: TagTree, { names, hasFamilies }: SectionOptions): Places {
  const places = new Map<string, number>();
  const shown = new Map<TagFamily, { names: Set<string>; place: number }>();
  const families = hasFamilies ? tree.families : new Map<string, TagFamily>();
  for (let place = 0; place < names.length; place++) {
    const family = families.get(names[place]);
    const known = family && shown.get(family);
    if (family === undefined) places.set(names[place], place);
    else if (known === undefined) shown.set(family, { names: new Set([names[place]]), place });
    else known.names.add(names[place]);
  }
  const byPath = new Map<string, Placed[]>();
  for (const [family, { names: there, place }] of shown) {
    const members = family.members.filter(({ name }) => there.has(name));
    if (members.length < FEWEST_IN_FAMILY) {
      for (const { name } of members) places.set(name, place);
      continue;
    }
    const placed = { item: { name: family.key, family: { ...family, members } }, place };
    byPath.set(family.path, [...(byPath.get(family.path) ?? []), placed]);
  }
  return { names: places, families: byPath };
}

const byPlace = (one: { place: number }, other: { place: number }): number => one.place - other.place;

function branchOf(node: TagNode, places: Places): Branch {
  const items: Placed[] = [...(places.families.get(node.path) ?? [])];
  for (const name of node.names) {
    const place = places.names.get(name);
    if (place !== undefined) items.push({ item: { name, family: null }, place });
  }
  items.sort(byPlace);
  const branches = node.children.map((child) => branchOf(child, places)).filter(({ count }) => count > 0);
  branches.sort((one, other) => one.first - other.first);
  return {
    ...{ node, items, branches },
    count: branches.reduce((sum, branch) => sum + branch.count, items.length),
    first: Math.min(
      items[0]?.place ?? Number.POSITIVE_INFINITY,
      branches[0]?.first ?? Number.POSITIVE_INFINITY,
    ),
  };
}

function addSections(
  branch: Branch,
  key: string,
  within: readonly string[],
  sections: SectionOfTags[],
): void {
  // A node whose only content is another one has no heading of its own.
  if (branch.items.length === 0 && branch.branches.length === 1) {
    addSections(branch.branches[0], key, within, sections);
    return;
  }
  const own = [...branch.items];
  const larger: Branch[] = [];
  for (const below of branch.branches) {
    if (below.count >= FEWEST_IN_SECTION) larger.push(below);
    else own.push(...allItems(below));
  }
  own.sort(byPlace);
  if (own.length > 0)
    sections.push({ key, name: branch.node.path, within, items: own.map(({ item }) => item) });
  // Without items of its own it has no heading that folds what is below.
  const around = own.length > 0 ? [...within, key] : within;
  for (const below of larger) addSections(below, below.node.path, around, sections);
}

function allItems(branch: Branch): Placed[] {
  return [...branch.items, ...branch.branches.flatMap(allItems)];
}
