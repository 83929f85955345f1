/** The tree as rows: of the groups that are open, those below them and, where asked for, the operations in them. */

import { type ModelOutline, type ModelPart, NODE_KIND } from "../../../api/model";

/** Where the facts of a row are: in the outline or, of nodes and of groups beyond it, in the part of the group around it. */
export type Source = { outline: ModelOutline } | { part: ModelPart; box: number };

interface RowOf {
  /** The same for the same row as long as the graph is shown. */
  id: string;
  /** 1 for the whole. */
  level: number;
  /** Among the rows with the same parent, from 1 on, and how many there are. */
  place: number;
  count: number;
}

export interface GroupRow extends RowOf {
  kind: "group";
  group: number;
  /** Null where there is nothing to open. */
  isOpen: boolean | null;
  source: Source;
}

export interface NodeRow extends RowOf {
  kind: "node";
  node: number;
  source: Source;
}

/** The operations that a group has beside the groups below it. */
export interface OwnRow extends RowOf {
  kind: "own";
  group: number;
  isOpen: boolean;
}

/** Instead of rows that are not there: why. */
export interface WordsRow extends RowOf {
  kind: "words";
  group: number;
  words: string;
}

export type TableRow = GroupRow | NodeRow | OwnRow | WordsRow;

export interface Loaded {
  part: ModelPart | null;
  problem: string;
}

/** What a group has that is sorted by; null last. */
export type Ranking = (source: Source, group: number) => number | string | null;

export interface Order {
  rank: Ranking;
  isDescending: boolean;
}

export interface Tree {
  outline: ModelOutline;
  children: readonly (readonly number[])[];
  opened: ReadonlySet<number>;
  /** Groups whose own operations are shown beside the groups below them. */
  ownOpened: ReadonlySet<number>;
  /** Asks for the part of a group, where it is not there yet. */
  partOf: (group: number) => Loaded;
  /** Null for the order of execution. */
  order: Order | null;
}

interface Child {
  group: number;
  source: Source;
}

export function rowsOf(tree: Tree): TableRow[] {
  const rows: TableRow[] = [];
  const { groups } = tree.outline;
  if (groups.parent.length === 0) return rows;
  const source: Source = { outline: tree.outline };
  // Deep models are as deep as their writers made them: no recursion.
  const waiting: (() => void)[] = [() => addGroup({ group: 0, source }, 1, 1, 1)];

  const addGroup = ({ group, source: own }: Child, level: number, place: number, count: number): void => {
    const canOpen = hasInside(tree, group, own);
    const isOpen = canOpen && tree.opened.has(group);
    rows.push({
      ...{ kind: "group", id: `g${group}`, level, place, count, group, source: own },
      isOpen: canOpen ? isOpen : null,
    });
    if (isOpen) addInside(group, own, level + 1);
  };

  const addInside = (group: number, own: Source, level: number): void => {
    const below = groupsBelow(tree, group, own);
    const hasOwn = below.list.length === 0 || hasOwnNodes(tree, group, own);
    const isWords = below.words !== "";
    const isOwnRow = below.list.length > 0 && hasOwn;
    const count = below.list.length + Number(isOwnRow) + Number(isWords);
    const later: (() => void)[] = below.list.map((child, i) => () => addGroup(child, level, i + 1, count));
    if (isWords)
      later.push(() =>
        rows.push({
          ...{ kind: "words", id: `w${group}`, level, place: count - Number(isOwnRow), count },
          ...{ group, words: below.words },
        }),
      );
    if (isOwnRow)
      later.push(() => {
        const isOpen = tree.ownOpened.has(group);
        rows.push({ kind: "own", id: `o${group}`, level, place: count, count, group, isOpen });
        if (isOpen) rows.push(...nodeRows(tree, group, level + 1));
      });
    else if (below.list.length === 0 && !isWords)
      later.push(() => rows.push(...nodeRows(tree, group, level)));
    waiting.push(...later.reverse());
  };

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) next();
  return rows;
}

function fromOutline({ outline }: Tree, group: number): boolean {
  return group < outline.groups.parent.length;
}

function hasInside(tree: Tree, group: number, source: Source): boolean {
  if (fromOutline(tree, group))
    return tree.outline.groups.below[group] > 0 || tree.outline.groups.nodes[group] > 0;
  return "part" in source && source.part.boxes.nodes[source.box] > 0;
}

/** Whether nodes of a group are in none of the groups below it. */
function hasOwnNodes(tree: Tree, group: number, source: Source): boolean {
  const { nodes } = tree.outline.groups;
  if (!fromOutline(tree, group)) return "part" in source;
  const below = tree.children[group].reduce((sum, child) => sum + nodes[child], 0);
  return nodes[group] > below;
}

/** The groups directly below one, in their order; those that the outline leaves out come with the part. */
function groupsBelow(tree: Tree, group: number, own: Source): { list: readonly Child[]; words: string } {
  const { outline } = tree;
  const known = fromOutline(tree, group) ? tree.children[group] : [];
  if (fromOutline(tree, group) && known.length >= outline.groups.below[group])
    return {
      list: sorted(
        known.map((child) => ({ group: child, source: { outline } })),
        tree.order,
      ),
      words: "",
    };
  const { part, problem } = tree.partOf(group);
  if (part === null) return { list: [], words: problem === "" ? "Asking what is in it." : problem };
  void own;
  const list = part.boxes.group.flatMap((each, box) =>
    each >= 0 ? [{ group: each, source: { part, box } }] : [],
  );
  return { list: sorted(list, tree.order), words: "" };
}

function sorted(list: Child[], order: Order | null): readonly Child[] {
  if (order === null) return list;
  const { rank, isDescending } = order;
  const ranks = new Map(list.map((child) => [child.group, rank(child.source, child.group)]));
  return list.sort((one, other) => {
    const [a, b] = [ranks.get(one.group) ?? null, ranks.get(other.group) ?? null];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (a === b) return 0;
    return a < b === isDescending ? 1 : -1;
  });
}

function nodeRows(tree: Tree, group: number, level: number): TableRow[] {
  const words = (text: string): TableRow[] => [
    { kind: "words", id: `w${group}`, level, place: 1, count: 1, group, words: text },
  ];
  const { part, problem } = tree.partOf(group);
  if (part === null) return words(problem === "" ? "Asking what is in it." : problem);
  const boxes = part.boxes.node.flatMap((node, box) => (node >= 0 ? [box] : []));
  const { left_out } = part;
  if (boxes.length === 0) return words("There is nothing in it that is computed.");
  const count = boxes.length + Number(left_out > 0);
  const rows: TableRow[] = boxes.map((box, i) => ({
    ...{ kind: "node", id: `n${part.boxes.node[box]}`, level, place: i + 1, count },
    ...{ node: part.boxes.node[box], source: { part, box } },
  }));
  if (left_out > 0)
    rows.push({
      ...{ kind: "words", id: `w${group}`, level, place: count, count, group },
      words: `and ${left_out.toLocaleString("en")} more`,
    });
  return rows;
}

/** The name of a row, for people and for keys that are typed. */
export function nameOf(row: TableRow): string {
  if (row.kind === "own") return "operations beside them";
  if (row.kind === "words") return row.words;
  const { source } = row;
  if ("part" in source) return source.part.boxes.name[source.box];
  return row.kind === "group" ? source.outline.groups.name[row.group] : "";
}

/** The class, or the op. */
export function typeOf(row: TableRow): string {
  if (row.kind === "own" || row.kind === "words") return "";
  const { source } = row;
  if ("part" in source) return source.part.boxes.type[source.box];
  return row.kind === "group" ? source.outline.groups.type[row.group] : "";
}

const KIND_WORDS: Record<number, string> = {
  [NODE_KIND.input]: "given to the model",
  [NODE_KIND.output]: "returned by the model",
  [NODE_KIND.auxiliary]: "beside the graph",
};

/** What a node is, where it is not an operation; empty for one that is. */
export function roleOf(row: TableRow): string {
  if (row.kind !== "node" || !("part" in row.source)) return "";
  return KIND_WORDS[row.source.part.boxes.kind[row.source.box]] ?? "";
}
