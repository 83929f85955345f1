/**
 * Tags as one tree, for views of every kind: slashes split always, dots where at least three tags share the text before
 * the dot; but never a dot between two digits, before a space, or at an end of a part (`mAP_0.5:0.95`,
 * `1. Pre-training` and `avg.reward/ep.` stay whole).
 *
 * A tree takes in names that come later without being built anew. Tags that differ in a number alone are a family:
 * `layers.0.norm`, `layers.1.norm` and so on.
 */

/** So many tags have to share the text before a dot, before it splits their names. */
export const FEWEST_AT_DOT = 3;
/** So many tags have to differ in a number alone, before they are a family. */
export const FEWEST_IN_FAMILY = 4;
/** Words for parts of a model: behind one of them a number tells layers apart at the end of a name too. */
const PARTS = /^(?:layers?|blocks?|stages?|heads?|experts?|levels?|depths?|h)$/iu;

export interface TagNode {
  /** The text that all names below it begin with, without the separator behind it; empty for the root. */
  readonly path: string;
  readonly children: readonly TagNode[];
  /** Names that end in it. */
  readonly names: readonly string[];
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

/** A stretch of names up to a slash, or to a dot that may split them. */
interface Stretch {
  /** Up to its separator, and with it. */
  readonly path: string;
  readonly end: number;
  readonly isDot: boolean;
  /** By the text up to the next separator, and with it; made when there is any, as most stretches have none. */
  children: Map<string, Stretch> | null;
  /** Names without a further separator. */
  names: string[];
  /** How many names begin with it. */
  count: number;
}

const SLASH = 47;
const DOT = 46;
const SPACE = 32;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether a dot may split the name there. Beyond the ends of a text the codes are NaN. */
export function maySplit(name: string, at: number): boolean {
  const before = name.charCodeAt(at - 1);
  const after = name.charCodeAt(at + 1);
  if (Number.isNaN(before) || before === SLASH || before === DOT) return false;
  if (Number.isNaN(after) || after === SLASH || after === DOT || after === SPACE) return false;
  return !(isDigit(before) && isDigit(after));
}

/** Shared by all that have none. */
const NO_NAMES: string[] = [];

function stretch(path: string, end: number, isDot: boolean): Stretch {
  return { path, end, isDot, children: null, names: NO_NAMES, count: 0 };
}

export class TagTree {
  readonly #top = stretch("", 0, false);
  readonly #names = new Set<string>();
  #root: TagNode | null = null;
  #families: ReadonlyMap<string, TagFamily> | null = null;

  get size(): number {
    return this.#names.size;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(name: string): void {
    const { size } = this.#names;
    if (this.#names.add(name).size === size) return;
    this.#root = this.#families = null;
    let at = this.#top;
    at.count++;
    for (let end = 1; end < name.length; end++) {
      const code = name.charCodeAt(end);
      if (code !== SLASH && !(code === DOT && maySplit(name, end))) continue;
      const label = name.slice(at.end, end + 1);
      at.children ??= new Map();
      let next = at.children.get(label);
      if (next === undefined) {
        next = stretch(name.slice(0, end), end + 1, code === DOT);
        at.children.set(label, next);
      }
      at = next;
      at.count++;
    }
    if (at.names === NO_NAMES) at.names = [name];
    else at.names.push(name);
  }

  get root(): TagNode {
    this.#root ??= nodeOf("", [this.#top]);
    return this.#root;
  }

  /** The family of each name that has one: of its parts with a number the outermost that tells enough tags apart. */
  get families(): ReadonlyMap<string, TagFamily> {
    if (this.#families === null) {
      const found = new Map<string, TagFamily>();
      findFamilies(this.#top, "", found);
      this.#families = found;
    }
    return this.#families;
  }
}

function splits({ isDot, count }: Stretch): boolean {
  return !isDot || count >= FEWEST_AT_DOT;
}

/** The node of stretches of one path: one up to a slash, one up to a dot, and those up to dots that do not split. */
function nodeOf(path: string, stretches: readonly Stretch[]): TagNode {
  if (stretches.length === 1 && stretches[0].children === null)
    return { path, names: stretches[0].names, children: NO_NODES };
  const names: string[] = [];
  const below = new Map<string, Stretch[]>();
  const take = (from: Stretch): void => {
    for (const name of from.names) names.push(name);
    for (const child of from.children?.values() ?? []) {
      if (!splits(child)) take(child);
      else {
        const known = below.get(child.path);
        if (known === undefined) below.set(child.path, [child]);
        else known.push(child);
      }
    }
  };
  for (const from of stretches) take(from);
  return { path, names, children: [...below].map(([own, parts]) => nodeOf(own, parts)) };
}

const NO_NODES: readonly TagNode[] = [];

/** Of a part of a name its word and its number; null where it does not end with a number that tells layers apart. */
function numbered(part: string): { word: string; number: number } | null {
  const { length } = part;
  let start = length;
  while (start > 0 && isDigit(part.charCodeAt(start - 1))) start--;
  // Longer numbers are identifiers, and cannot be told apart as doubles.
  if (start === length || length - start > 9) return null;
  // The digits behind the point of a fraction are no number of their own.
  if (part.charCodeAt(start - 1) === DOT && isDigit(part.charCodeAt(start - 2))) return null;
  return { word: part.slice(0, start), number: Number(part.slice(start)) };
}

/** Find the families whose number is in the part behind a stretch, then those below. `path` is its node's. */
function findFamilies(from: Stretch, path: string, found: Map<string, TagFamily>): void {
  const take = (word: string, candidates: ReadonlyMap<string, FamilyMember[]>): void => {
    for (const [rest, members] of candidates) {
      if (members.length < FEWEST_IN_FAMILY) continue;
      members.sort((one, other) => one.number - other.number || (one.name < other.name ? -1 : 1));
      const family = { key: `${members[0].name.slice(0, from.end)}${word}*${rest}`, path, members };
      for (const { name } of members) found.set(name, family);
    }
  };
  for (const [word, siblings] of numberedChildren(from)) {
    if (siblings.length < FEWEST_IN_FAMILY) continue;
    const byRest = new Map<string, FamilyMember[]>();
    for (const { child, number } of siblings) addNames(child, child.end - 1, number, found, byRest);
    take(word, byRest);
  }
  for (const [word, members] of numberedNames(from, found)) take(word, new Map([["", members]]));
  for (const child of from.children?.values() ?? [])
    if (child.count >= FEWEST_IN_FAMILY) findFamilies(child, splits(child) ? child.path : path, found);
}

/** The names below a stretch by the text behind the number, which its separator is in; but for those with a family. */
function addNames(
  { names, children }: Stretch,
  end: number,
  number: number,
  found: ReadonlyMap<string, TagFamily>,
  byRest: Map<string, FamilyMember[]>,
): void {
  for (const name of names) {
    if (found.has(name)) continue;
    const rest = name.slice(end);
    const known = byRest.get(rest);
    if (known === undefined) byRest.set(rest, [{ name, number }]);
    else known.push({ name, number });
  }
  for (const child of children?.values() ?? []) addNames(child, end, number, found, byRest);
}

/** The names right behind a stretch that end with the number of a part of a model, by the word before it. */
function numberedNames(
  { names, end, path }: Stretch,
  found: ReadonlyMap<string, TagFamily>,
): ReadonlyMap<string, FamilyMember[]> {
  if (names.length < FEWEST_IN_FAMILY) return NO_MEMBERS;
  const byWord = new Map<string, FamilyMember[]>();
  for (const name of names) {
    if (!isDigit(name.charCodeAt(name.length - 1)) || found.has(name)) continue;
    const last = numbered(name.slice(end));
    if (last === null) continue;
    const member = { name, number: last.number };
    const known = byWord.get(last.word);
    if (known === undefined) byWord.set(last.word, [member]);
    else known.push(member);
  }
  for (const [word, members] of byWord) {
    const part = word === "" ? lastPart(path) : word.replace(/[_-]$/u, "");
    if (members.length < FEWEST_IN_FAMILY || !PARTS.test(part)) byWord.delete(word);
  }
  return byWord;
}

const NO_MEMBERS: ReadonlyMap<string, FamilyMember[]> = new Map();

interface NumberedChild {
  child: Stretch;
  number: number;
}

const NO_CHILDREN: ReadonlyMap<string, NumberedChild[]> = new Map();

/** The children of a stretch that end with a number, by the word before it. */
function numberedChildren({ children }: Stretch): ReadonlyMap<string, NumberedChild[]> {
  if (children === null || children.size < FEWEST_IN_FAMILY) return NO_CHILDREN;
  const found = new Map<string, NumberedChild[]>();
  for (const [label, child] of children) {
    const part = numbered(label.slice(0, -1));
    if (part === null) continue;
    const known = found.get(part.word);
    if (known === undefined) found.set(part.word, [{ child, number: part.number }]);
    else known.push({ child, number: part.number });
  }
  return found;
}

function lastPart(path: string): string {
  return /[^/.]*$/u.exec(path)?.[0] ?? "";
}

/** Keeps a tree of names up to date: names that come are added, and only where some went is it built anew. */
export class GrowingTree {
  #tree = new TagTree();

  of(names: readonly string[]): TagTree {
    const { size } = this.#tree;
    if (size > 0) {
      let known = 0;
      for (const name of names) if (this.#tree.has(name)) known++;
      if (known < size) this.#tree = new TagTree();
    }
    for (const name of names) this.#tree.add(name);
    return this.#tree;
  }
}
