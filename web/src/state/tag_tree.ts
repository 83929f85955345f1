/**
 * Tags as one tree, for views of every kind: slashes split always, dots where at least three tags share the text before
 * the dot; but never a dot between two digits, before a space, or at an end of a part (`mAP_0.5:0.95`,
 * `1. Pre-training` and `avg.reward/ep.` stay whole).
 *
 * A tree takes in names that come later without being built anew. Tags that differ in a number alone are a family:
 * `layers.0.norm`, `layers.1.norm` and so on.
 */

/** So many tags have to share the text before a dot, before it splits their names. */
const FEWEST_AT_DOT = 3;
/** So many tags have to differ in a number alone, before they are a family. */
export const FEWEST_IN_FAMILY = 4;
/** Words for parts of a model: behind one of them a number tells layers apart at the end of a name too. */
const PARTS = /^(?:layers?|blocks?|stages?|heads?|experts?|levels?|depths?|h)$/iu;

export interface TagNode {
  /** The text of all names below it that they begin with, without the separator behind it; empty for the root. */
  readonly path: string;
  readonly children: Map<string, TagNode>;
  /** Names that end in it. */
  readonly names: Set<string>;
}

export interface TagFamily {
  /** Their name with a star in place of the number: no tag's name. */
  readonly key: string;
  /** The path of the node that they all are below. */
  readonly path: string;
  /** By number. */
  readonly members: readonly FamilyMember[];
}

export interface FamilyMember {
  name: string;
  number: number;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** Whether a dot may split the name there. */
function maySplit(name: string, at: number): boolean {
  const before = name[at - 1];
  const after = name[at + 1];
  if (before === undefined || before === "/" || before === ".") return false;
  if (after === undefined || after === "/" || after === "." || after === " ") return false;
  return !(isDigit(name, at - 1) && isDigit(name, at + 1));
}

/** Where a name may be split: its slashes, and dots that others have to share. */
function separatorsOf(name: string): number[] {
  const found: number[] = [];
  for (let at = 0; at < name.length; at++) {
    const character = name.charCodeAt(at);
    if (character === 47 || (character === 46 && maySplit(name, at))) found.push(at);
  }
  return found;
}

interface FamilyPlace extends FamilyMember {
  key: string;
  path: string;
}

/** The families that a name may be of: one for each part of it that ends with a number, the outermost first. */
function familiesOf(name: string, separators: readonly number[]): FamilyPlace[] {
  const found: FamilyPlace[] = [];
  for (let i = 0; i <= separators.length; i++) {
    const start = i === 0 ? 0 : separators[i - 1] + 1;
    const end = separators[i] ?? name.length;
    let digits = end;
    while (digits > start && isDigit(name, digits - 1)) digits--;
    // Longer numbers are identifiers, and cannot be told apart as doubles.
    if (digits === end || end - digits > 9) continue;
    // The digits behind the point of a fraction are no number of their own.
    if (name[digits - 1] === "." && isDigit(name, digits - 2)) continue;
    if (i === separators.length) {
      const word = name.slice(start, digits).replace(/[_-]$/u, "");
      const own =
        word === "" && i > 0 ? name.slice(i > 1 ? separators[i - 2] + 1 : 0, separators[i - 1]) : word;
      if (!PARTS.test(own)) continue;
    }
    found.push({
      name,
      number: Number(name.slice(digits, end)),
      key: `${name.slice(0, digits)}*${name.slice(end)}`,
      path: i === 0 ? "" : name.slice(0, separators[i - 1]),
    });
  }
  return found;
}

function emptyNode(path: string): TagNode {
  return { path, children: new Map(), names: new Set() };
}

export class TagTree {
  readonly root = emptyNode("");
  /** The names with a text before a dot, until there are so many that the dot splits: then null. */
  readonly #atDot = new Map<string, string[] | null>();
  /** Where each name may be split. */
  readonly #separators = new Map<string, readonly number[]>();
  readonly #candidates = new Map<string, FamilyPlace[]>();
  #families: ReadonlyMap<string, TagFamily> | null = null;

  get size(): number {
    return this.#separators.size;
  }

  has(name: string): boolean {
    return this.#separators.has(name);
  }

  add(name: string): void {
    if (this.has(name)) return;
    const separators = separatorsOf(name);
    this.#separators.set(name, separators);
    const moved = new Set<string>();
    for (const at of separators) {
      if (name[at] === "/") continue;
      const before = name.slice(0, at);
      const sharing = this.#atDot.get(before);
      if (sharing === null) continue;
      if (sharing === undefined) this.#atDot.set(before, [name]);
      else if (sharing.push(name) >= FEWEST_AT_DOT) {
        this.#atDot.set(before, null);
        // They were whole up to now.
        for (const other of sharing) if (other !== name && !moved.has(other)) this.#remove(other, before);
        for (const other of sharing) if (other !== name) moved.add(other);
      }
    }
    for (const other of moved) this.#insert(other);
    this.#insert(name);
    for (const place of familiesOf(name, separators)) {
      const known = this.#candidates.get(place.key);
      if (known === undefined) this.#candidates.set(place.key, [place]);
      else known.push(place);
    }
    this.#families = null;
  }

  /** The family of each name that has one: of its parts with a number the outermost that tells enough tags apart. */
  get families(): ReadonlyMap<string, TagFamily> {
    this.#families ??= this.#findFamilies();
    return this.#families;
  }

  #findFamilies(): Map<string, TagFamily> {
    const found = new Map<string, TagFamily>();
    const taken = new Set<string>();
    // A candidate is known by its outermost number first, as its names are.
    const large = [...this.#candidates].filter(([, places]) => places.length >= FEWEST_IN_FAMILY);
    large.sort(([, [one]], [, [other]]) => one.path.length - other.path.length);
    for (const [key, places] of large) {
      const free = places.filter(({ name }) => !taken.has(name));
      if (free.length < FEWEST_IN_FAMILY) continue;
      const members = free.map(({ name, number }) => ({ name, number }));
      members.sort((one, other) => one.number - other.number || (one.name < other.name ? -1 : 1));
      const family = { key, path: this.#nodePath(free[0]), members };
      for (const { name } of free) {
        taken.add(name);
        found.set(name, family);
      }
    }
    return found;
  }

  /** The path of the node that a name's part with the number is below; dots that do not split are no nodes. */
  #nodePath({ name, path }: FamilyPlace): string {
    let found = "";
    for (const at of this.#separators.get(name) ?? []) {
      if (at > path.length) break;
      if (this.#splits(name, at)) found = name.slice(0, at);
    }
    return found;
  }

  #splits(name: string, at: number): boolean {
    return name[at] === "/" ? at > 0 : this.#atDot.get(name.slice(0, at)) === null;
  }

  #insert(name: string): void {
    let node = this.root;
    for (const at of this.#separators.get(name) ?? []) {
      if (!this.#splits(name, at)) continue;
      const path = name.slice(0, at);
      let child = node.children.get(path);
      if (child === undefined) {
        child = emptyNode(path);
        node.children.set(path, child);
      }
      node = child;
    }
    node.names.add(name);
  }

  /** Take a name out of the tree as it was before a dot came to split. */
  #remove(name: string, before: string): void {
    const nodes = [this.root];
    for (const at of this.#separators.get(name) ?? []) {
      const path = name.slice(0, at);
      if (path === before || !this.#splits(name, at)) continue;
      const child = nodes[nodes.length - 1].children.get(path);
      if (child !== undefined) nodes.push(child);
    }
    nodes[nodes.length - 1].names.delete(name);
    for (let i = nodes.length - 1; i > 0; i--) {
      const { children, names, path } = nodes[i];
      if (children.size === 0 && names.size === 0) nodes[i - 1].children.delete(path);
    }
  }
}

/** Keeps a tree of names up to date: names that come are added, and only where some went is it built anew. */
export class GrowingTree {
  #tree = new TagTree();

  of(names: readonly string[]): TagTree {
    let known = 0;
    for (const name of names) if (this.#tree.has(name)) known++;
    if (known < this.#tree.size) this.#tree = new TagTree();
    for (const name of names) this.#tree.add(name);
    return this.#tree;
  }
}
