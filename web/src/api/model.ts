/** The graphs of models: `./api/models`, and `./api/model` with what is below it (docs/http-api.md, "Models"). */

import { request } from "./request";

/** What a graph was read from. */
export type ModelSource = "trace" | "graph_def" | "meta_graph" | "function_graph" | "keras";
export type Phase = "forward" | "backward" | "both";

/** What a node is, as numbers in the columns; those from `parameter` on are shown within the boxes that read them. */
export const NODE_KIND = { op: 0, input: 1, output: 2, auxiliary: 3, parameter: 4, constant: 5 } as const;

/** A graph of a run; one that was recorded again is there once. */
export interface RecordedModel {
  run: string;
  /** The digest of its content. */
  graph: string;
  source: ModelSource;
  title: string;
  tag: string;
  /** -1 where they have not been counted yet. */
  nodes: number;
  bytes: number;
  /** Seconds since the epoch, one for each time that it was recorded. */
  recorded: number[];
  phases: Phase[];
  /** Why it cannot be shown; mostly empty. */
  problem: string;
}

export interface CostKind {
  name: string;
  title: string;
  unit: "count" | "bytes" | "operations" | "seconds";
  /** Whether the numbers of what is in a group add up to the group's: those of peaks do not. */
  adds: boolean;
}

/** Numbers by the names of costs, null where one is not known. */
export type CostColumns = Record<string, (number | null)[]>;

/** The groups of a graph, each behind its parent; 0 is the whole. */
export interface ModelGroups {
  parent: number[];
  name: string[];
  /** What a group is named in the source. */
  key: string[];
  /** The module path that joins it with a log; empty for none. */
  path: string[];
  /** The class. */
  type: string[];
  /** How many nodes are below, and how many of them are parameters and constants, which are no boxes. */
  nodes: number[];
  tucked: number[];
  /** Siblings with the same number are the same inside; -1 where there are none. */
  alike: number[];
  /** How many groups are directly below, those that were not sent among them. */
  below: number[];
  /** How often it was called. */
  calls: number[];
  /** What it returned last, a place in `tensors`; -1 where that is not known. */
  output: number[];
  costs: CostColumns;
}

export interface ModelOutline {
  run: string;
  graph: string;
  source: ModelSource;
  title: string;
  framework: string;
  recorded: number[];
  phases: Phase[];
  /** When what nodes cost was measured, the oldest first. */
  measured: { tag: string; step: number }[];
  /** What could not be shown, each with a count. */
  notes: string[];
  nodes: number;
  failure: { group: number | null; node: number | null; text: string } | null;
  costs: CostKind[];
  tensors: TensorType[];
  groups: ModelGroups;
}

export interface TensorType {
  /** A size of -1 is not known, nor is a shape of null. */
  shape: number[] | null;
  dtype: string;
  /** -1 where they are not known. */
  bytes: number;
}

/** The boxes of one group in the order of execution, as columns. */
export interface PartBoxes {
  /** The group that a box is, or the node; -1 for the other. */
  group: number[];
  node: number[];
  /** Of `NODE_KIND`. */
  kind: number[];
  name: string[];
  /** A class, or an op. */
  type: string[];
  key: string[];
  nodes: number[];
  /** How many groups that are alike the box stands for. */
  repeats: number[];
  /** How many parameters and constants it reads that have no boxes. */
  tucked: number[];
  /** Its first output, a place in the part's `tensors`; -1 where that is not known. */
  output: number[];
  costs: CostColumns;
  /** Which boxes hold what failed. */
  failed: number[];
}

/** Bundles of edges between two boxes, as columns; a start or end of -1 is outside the group. */
export interface PartEdges {
  start: number[];
  end: number[];
  edges: number[];
  controls: number[];
  /** The largest tensor, a place in `tensors`; -1 where none is known. */
  tensor: number[];
  tucked: number[];
}

export interface ModelPart {
  group: number;
  boxes: PartBoxes;
  edges: PartEdges;
  tensors: TensorType[];
  /** How many boxes the group has beyond those that were sent, and how many bundles between those that were. */
  left_out: number;
  edges_left_out: number;
}

/** A tensor that goes in or out, and the node or the group at its other end. */
export interface DetailedTensor extends TensorType {
  name: string;
  group: number;
  node: number;
  from: string;
}

export interface DetailedWeight {
  path: string;
  shape: number[] | null;
  dtype: string;
  bytes: number;
  trainable: boolean;
  buffer: boolean;
  aliases: string[];
}

export interface ModelDetails {
  group: number;
  node: number;
  name: string;
  key: string;
  path: string;
  type: string;
  kind: number;
  /** The groups around it, from the whole on. */
  groups: number[];
  source: string;
  device: string;
  arguments: [name: string, text: string][];
  attributes: [name: string, text: string][];
  calls: { key: string; inputs: DetailedTensor[]; outputs: DetailedTensor[]; failed: boolean }[];
  inputs: DetailedTensor[];
  outputs: DetailedTensor[];
  weights: DetailedWeight[];
  costs: Record<string, number | null>;
  problem: string;
  left_out: Record<string, number>;
}

/** A group or a node that a search found; -1 for the other. */
export interface FoundBox {
  group: number;
  node: number;
  name: string;
  type: string;
  key: string;
  /** The groups around it, from the whole on. */
  groups: number[];
}

export interface ModelSearch {
  count: number;
  found: FoundBox[];
  /** Why the query cannot be read; mostly empty. */
  problem: string;
}

export interface ModelReach {
  nodes: number[];
  groups: number[];
  left_out: number;
}

/** Which graph is asked for. */
export interface ModelChoice {
  run: string;
  graph: string;
  phase: Phase;
  /** Which of the measurements of the outline; the newest one where it is left out. */
  measured?: number | null;
}

/** A group, or a node. */
export type Thing = { group: number } | { node: number };

async function ask<Answer>(
  route: string,
  choice: ModelChoice,
  more: Record<string, string> = {},
): Promise<Answer> {
  const parameters = new URLSearchParams({
    run: choice.run,
    graph: choice.graph,
    phase: choice.phase,
    ...more,
  });
  if (typeof choice.measured === "number") parameters.set("measured", String(choice.measured));
  return (await request(`./api/${route}?${parameters}`)).json();
}

function named(thing: Thing): Record<string, string> {
  return "group" in thing ? { group: String(thing.group) } : { node: String(thing.node) };
}

export async function fetchModels(): Promise<RecordedModel[]> {
  const answer: { models: RecordedModel[] } = await (await request("./api/models")).json();
  return answer.models;
}

export function fetchOutline(choice: ModelChoice): Promise<ModelOutline> {
  return ask("model", choice);
}

/** The boxes of a group; with `fold`, groups in a chain that are alike are one box. */
export function fetchPart(choice: ModelChoice, group: number, fold: boolean): Promise<ModelPart> {
  return ask("model/part", choice, { group: String(group), fold: String(fold) });
}

export function fetchDetails(choice: ModelChoice, thing: Thing): Promise<ModelDetails> {
  return ask("model/details", choice, named(thing));
}

export function searchModel(choice: ModelChoice, query: string): Promise<ModelSearch> {
  return ask("model/search", choice, { query });
}

/** What a box depends on, or what depends on it, through any number of others. */
export function fetchReach(
  choice: ModelChoice,
  thing: Thing,
  direction: "inputs" | "outputs" | "both",
): Promise<ModelReach> {
  return ask("model/reach", choice, { ...named(thing), direction });
}
