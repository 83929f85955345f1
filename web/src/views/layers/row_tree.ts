/**
 * The rows of a watch as a tree of modules, and the lines that are drawn of it: a group that is closed is one line, and
 * blocks that are alike are folded into one.
 */

interface Node {
  /** In the link, and the way to it. */
  key: string;
  name: string;
  /** The class, where the node is a row itself. */
  type: string;
  row: number | null;
  children: Node[];
  /** All rows in and below it, in the order of execution. */
  rows: number[];
  /** Whether it stands for several blocks that are alike. */
  isFold: boolean;
}

/** One line of the map. */
export interface RowLine {
  key: string;
  name: string;
  type: string;
  depth: number;
  /** Whose worst value is in its cells; none for the heading of an open group. */
  rows: readonly number[];
  /** All rows below it. */
  all: readonly number[];
  /** Whether it opens; and whether it is open. */
  canOpen: boolean;
  isOpen: boolean;
  isFold: boolean;
}

export interface RowTree {
  children: readonly Node[];
}

/** So many lines are shown at first. */
export const MOST_LINES = 60;
/** Blocks that are folded where they are alike. */
const FEWEST_ALIKE = 2;

const made = (key: string, name: string): Node => ({
  ...{ key, name, type: "", row: null, children: [], rows: [], isFold: false },
});

export function treeOf(rows: readonly string[], classes: readonly string[]): RowTree {
  const top = made("", "");
  for (const [row, path] of rows.entries()) {
    let at = top;
    at.rows.push(row);
    let key = "";
    for (const name of path === "" ? ["(model)"] : path.split(".")) {
      key = key === "" ? name : `${key}.${name}`;
      let next = at.children.find((child) => child.name === name);
      if (next === undefined) {
        next = made(key, name);
        at.children.push(next);
      }
      next.rows.push(row);
      at = next;
    }
    // A row of the same name as another one.
    if (at.row !== null) {
      const twin = made(`${at.key} (${at.rows.length})`, `${at.name} (${at.rows.length})`);
      twin.rows.push(row);
      at.children.push(twin);
      at = twin;
    }
    at.row = row;
    at.type = classes[row] ?? "";
  }
  return { children: folded(top.children.map(shortened)) };
}

/** A group of one is one line with it, and a group of blocks that are all alike is one with them. */
function shortened(node: Node): Node {
  const children = folded(node.children.map(shortened));
  if (node.row !== null || children.length !== 1) return { ...node, children };
  const [only] = children;
  return { ...only, name: `${node.name}.${only.name}` };
}

/** Neighbours that are numbered and have the same in them, as one node above them. */
function folded(children: Node[]): Node[] {
  const found: Node[] = [];
  let start = 0;
  while (start < children.length) {
    let end = start + 1;
    const shape = shapeOf(children[start]);
    while (end < children.length && isBlock(children[start]) && shapeOf(children[end]) === shape) end++;
    const alike = children.slice(start, end);
    found.push(...(alike.length >= FEWEST_ALIKE ? [fold(alike)] : alike));
    start = end;
  }
  return found;
}

/** Whether it is numbered and more than one layer with its parameters. */
function isBlock({ name, children }: Node): boolean {
  const isLayer = children.every((child) => child.name === "weight" || child.name === "bias");
  return /^\d+(?:\.|$)/u.test(name) && !isLayer;
}

/** What is in a block, without its number. */
function shapeOf({ name, type, children }: Node): string {
  const own = /^\d+$/u.test(name) ? "#" : name.replace(/^\d+\./u, "#.");
  return `${own}:${type}(${children.map(shapeOf).join()})`;
}

function fold(alike: Node[]): Node {
  const [first, last] = [alike[0], alike[alike.length - 1]];
  return {
    key: `${first.key}–${last.name}`,
    name: `${first.name}–${last.name}`,
    type: `×${alike.length}`,
    row: null,
    children: alike,
    rows: alike.flatMap(({ rows }) => rows),
    isFold: true,
  };
}

/** The lines of a tree whose groups with these keys are open. */
export function linesOf(tree: RowTree, open: ReadonlySet<string>): RowLine[] {
  const lines: RowLine[] = [];
  const add = (node: Node, depth: number): void => {
    const { key, name, type, row, children, isFold, rows: all } = node;
    const canOpen = children.length > 0;
    const isOpen = canOpen && open.has(key);
    const rows = isOpen ? (row === null ? [] : [row]) : all;
    lines.push({ key, name, type, depth, rows, all, canOpen, isOpen, isFold });
    if (isOpen) for (const child of children) add(child, depth + 1);
  };
  for (const child of tree.children) add(child, 0);
  return lines;
}

/** The groups that are open at first: level by level, as long as there are at most so many lines. */
export function firstOpen(tree: RowTree, most = MOST_LINES): Set<string> {
  let open = new Set<string>();
  for (;;) {
    const lines = linesOf(tree, open);
    const closed = lines.filter(({ canOpen, isOpen }) => canOpen && !isOpen);
    if (closed.length === 0) return open;
    const depth = Math.min(...closed.map((line) => line.depth));
    const next = new Set([...open, ...closed.filter((line) => line.depth === depth).map(({ key }) => key)]);
    if (linesOf(tree, next).length > most) return open;
    open = next;
  }
}

/** The groups that are open: as at first, but for those that were turned. */
export function openNow(first: ReadonlySet<string>, turned: ReadonlySet<string>): Set<string> {
  const open = new Set(first);
  for (const key of turned) if (!open.delete(key)) open.add(key);
  return open;
}

/** The groups that must be open for a row to be a line of its own; those around it first. */
export function waysTo(tree: RowTree, row: number): string[] {
  const found: string[] = [];
  let at: readonly Node[] = tree.children;
  for (;;) {
    const next = at.find(({ rows }) => rows.includes(row));
    if (next === undefined || next.children.length === 0 || next.row === row) return found;
    found.push(next.key);
    at = next.children;
  }
}
