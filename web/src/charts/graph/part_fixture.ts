/** Parts of groups, made up. */

import { type ModelPart, NODE_KIND, type TensorType } from "../../api/model";

export interface MadeBox {
  name: string;
  type?: string;
  group?: number;
  node?: number;
  kind?: number;
  repeats?: number;
  tucked?: number;
}

export interface MadeEdge {
  start: number;
  end: number;
  shape?: number[];
  edges?: number;
  controls?: number;
  tucked?: number;
  bytes?: number;
}

let nodes = 0;

export function partOf(group: number, boxes: readonly MadeBox[], edges: readonly MadeEdge[]): ModelPart {
  const tensors: TensorType[] = edges.map(({ shape, bytes = 4000 }) => ({
    ...{ shape: shape ?? null, dtype: "float32", bytes },
  }));
  return {
    group,
    boxes: {
      group: boxes.map((box) => box.group ?? -1),
      node: boxes.map((box) => (box.group === undefined ? (box.node ?? nodes++) : -1)),
      kind: boxes.map((box) => box.kind ?? NODE_KIND.op),
      name: boxes.map((box) => box.name),
      type: boxes.map((box) => box.type ?? box.name),
      key: boxes.map((box) => box.name),
      nodes: boxes.map(() => 1),
      repeats: boxes.map((box) => box.repeats ?? 1),
      tucked: boxes.map((box) => box.tucked ?? 0),
      output: boxes.map(() => -1),
      costs: {},
      failed: [],
    },
    edges: {
      start: edges.map(({ start }) => start),
      end: edges.map(({ end }) => end),
      edges: edges.map((edge) => edge.edges ?? 1),
      controls: edges.map((edge) => edge.controls ?? 0),
      tensor: edges.map(({ shape }, i) => (shape === undefined ? -1 : i)),
      tucked: edges.map((edge) => edge.tucked ?? 0),
    },
    tensors,
    left_out: 0,
    edges_left_out: 0,
  };
}

/** A chain of so many operations, each with a line to the next. */
export function chainOf(group: number, count: number): ModelPart {
  return partOf(
    group,
    Array.from({ length: count }, (_, i) => ({ name: `op${i}` })),
    Array.from({ length: count - 1 }, (_, i) => ({ start: i, end: i + 1, shape: [1, i] })),
  );
}
