/**
 * Families of scalars that lie on a model: tags that have the path of one of its modules in their names, and are the same
 * but for that, as `grad/norm/layers.0` and `grad/norm/layers.1`.
 */

import type { Tag } from "../../../api/catalogue";

/** Stands in a family's name for the path of a module. */
export const PATH = "{path}";

export interface Family {
  /** The tags' name with `PATH` in place of a module's path. */
  name: string;
  /** By the path of the module. */
  members: ReadonlyMap<string, Tag>;
}

/** A family of one says nothing about where in the model something is. */
const FEWEST = 2;

interface Branch {
  below: Map<string, Branch>;
  /** The path that ends here; null where none does. */
  path: string | null;
}

/** The parts of a name or a path, between slashes and dots, and where each starts. */
function partsOf(text: string): { label: string; start: number }[] {
  return [...text.matchAll(/[^./]+/gu)].map(({ 0: label, index }) => ({ label, start: index }));
}

function branchesOf(paths: Iterable<string>): Branch {
  const top: Branch = { below: new Map(), path: null };
  for (const path of paths) {
    let at = top;
    for (const { label } of partsOf(path)) {
      let next = at.below.get(label);
      if (next === undefined) {
        next = { below: new Map(), path: null };
        at.below.set(label, next);
      }
      at = next;
    }
    // The whole model has no path.
    if (at !== top) at.path ??= path;
  }
  return top;
}

interface Found {
  path: string;
  start: number;
  end: number;
  parts: number;
}

/** The longest path of a module in a name; of several the first. */
function pathIn(name: string, top: Branch): Found | null {
  const parts = partsOf(name);
  let best: Found | null = null;
  for (let from = 0; from < parts.length; from++) {
    let at: Branch | undefined = top;
    for (let to = from; to < parts.length; to++) {
      const { label, start } = parts[to];
      at = at.below.get(label);
      if (at === undefined) break;
      const count = to - from + 1;
      if (at.path !== null && count > (best?.parts ?? 0))
        best = { path: at.path, start: parts[from].start, end: start + label.length, parts: count };
    }
  }
  return best;
}

/**
 * The families of some tags that are about modules with these paths, largest first. `isAbout` says whether a tag's
 * subject is a path: of a path that is only numbers, which other names may have by chance, it must be.
 */
export function familiesOf(
  tags: readonly Tag[],
  paths: Iterable<string>,
  isAbout: (tag: string, path: string) => boolean,
): Family[] {
  const top = branchesOf(paths);
  const found = new Map<string, Map<string, Tag>>();
  for (const tag of tags) {
    const place = pathIn(tag.name, top);
    if (place === null) continue;
    if (/^[\d./]+$/u.test(place.path) && !isAbout(tag.name, place.path)) continue;
    const name = tag.name.slice(0, place.start) + PATH + tag.name.slice(place.end);
    const members = found.get(name) ?? new Map<string, Tag>();
    members.set(place.path, tag);
    found.set(name, members);
  }
  return [...found]
    .map(([name, members]) => ({ name, members }))
    .filter(({ members }) => members.size >= FEWEST)
    .sort((one, other) => other.members.size - one.members.size || (one.name < other.name ? -1 : 1));
}

/** The name of a family as people would say it: "grad/norm" of `grad/norm/{path}`. */
export function titleOf(family: string): string {
  const shown = family.replace(PATH, "…").replace(/^…[./]|[./]…$/gu, "");
  return shown === "…" ? "recorded" : shown;
}
