/** What the page reads in the answers about models, as `answer_shapes.ts` has it of the others. */

import {
  byName,
  type Check,
  fields,
  list,
  number,
  orNull,
  some,
  text,
  truth,
  tuple,
  word,
} from "./answer_checks";
import type {
  CostColumns,
  DetailedTensor,
  DetailedWeight,
  FoundBox,
  ModelDetails,
  ModelGroups,
  ModelOutline,
  ModelPart,
  ModelReach,
  ModelSearch,
  PartBoxes,
  PartEdges,
  Phase,
  RecordedModel,
  TensorType,
} from "./model";

const PHASE = word<Phase>("forward", "backward", "both");
const SOURCE = word<RecordedModel["source"]>("trace", "graph_def", "meta_graph", "function_graph", "keras");
export const RECORDED_MODEL = fields<RecordedModel>({
  run: text,
  graph: text,
  source: SOURCE,
  title: text,
  tag: text,
  nodes: number,
  bytes: number,
  recorded: some(number),
  phases: some(PHASE),
  problem: text,
});
const TENSOR_TYPE = { shape: orNull(list(number)), dtype: text, bytes: number };
const COSTS: Check<CostColumns> = byName(list(orNull(number)));
export const OUTLINE = fields<ModelOutline>({
  run: text,
  graph: text,
  source: SOURCE,
  title: text,
  framework: text,
  recorded: some(number),
  phases: some(PHASE),
  measured: list(fields<ModelOutline["measured"][number]>({ tag: text, step: number })),
  notes: list(text),
  nodes: number,
  failure: orNull(
    fields<NonNullable<ModelOutline["failure"]>>({ group: orNull(number), node: orNull(number), text }),
  ),
  costs: some(
    fields<ModelOutline["costs"][0]>({
      name: text,
      title: text,
      unit: word("count", "bytes", "operations", "seconds"),
      adds: truth,
    }),
  ),
  groups: fields<ModelGroups>({
    parent: some(number),
    name: some(text),
    key: some(text),
    path: some(text),
    type: some(text),
    nodes: some(number),
    tucked: some(number),
    alike: some(number),
    below: some(number),
    calls: some(number),
    output: some(number),
    costs: COSTS,
  }),
  tensors: some(fields<TensorType>(TENSOR_TYPE)),
});
export const PART = fields<ModelPart>({
  group: number,
  boxes: fields<PartBoxes>({
    group: some(number),
    node: some(number),
    kind: some(number),
    name: some(text),
    type: some(text),
    key: some(text),
    nodes: some(number),
    repeats: some(number),
    tucked: some(number),
    output: some(number),
    costs: COSTS,
    failed: some(number),
  }),
  edges: fields<PartEdges>({
    start: some(number),
    end: some(number),
    edges: some(number),
    controls: some(number),
    tensor: some(number),
    tucked: some(number),
  }),
  tensors: some(fields<TensorType>(TENSOR_TYPE)),
  left_out: number,
  edges_left_out: number,
});
const DETAILED = fields<DetailedTensor>({
  ...TENSOR_TYPE,
  name: text,
  group: number,
  node: number,
  from: text,
});
const NAMED_TEXT = tuple<[string, string]>(text, text);
export const DETAILS = fields<ModelDetails>({
  group: number,
  node: number,
  name: text,
  key: text,
  path: text,
  type: text,
  kind: number,
  groups: some(number),
  source: text,
  device: text,
  arguments: some(NAMED_TEXT),
  attributes: list(NAMED_TEXT),
  calls: some(
    fields<ModelDetails["calls"][0]>({
      key: text,
      inputs: some(DETAILED),
      outputs: some(DETAILED),
      failed: truth,
    }),
  ),
  inputs: some(DETAILED),
  outputs: some(DETAILED),
  weights: some(
    fields<DetailedWeight>({
      path: text,
      shape: orNull(list(number)),
      dtype: text,
      bytes: number,
      trainable: truth,
      buffer: truth,
      aliases: some(text),
    }),
  ),
  costs: byName(orNull(number)),
  problem: text,
  left_out: byName(number),
});
export const SEARCH = fields<ModelSearch>({
  count: number,
  found: some(
    fields<FoundBox>({
      group: number,
      node: number,
      name: text,
      type: text,
      key: text,
      groups: some(number),
    }),
  ),
  problem: text,
});
export const REACH = fields<ModelReach>({ nodes: some(number), groups: some(number), left_out: number });
