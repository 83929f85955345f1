/** A model of a few modules, as the server tells of it. */

import type { ModelOutline, ModelPart, PartBoxes } from "../../api/model";

interface MadeGroup {
  parent: number;
  name: string;
  key?: string;
  type?: string;
  nodes: number;
  tucked?: number;
  parameters?: number | null;
  /** Where the outline leaves some out. */
  below?: number;
}

/** The whole, an encoder of two layers with an operation beside them, and a head. */
export const GROUPS: readonly MadeGroup[] = [
  { parent: -1, name: "Net", key: "", type: "Net", nodes: 9, parameters: 100 },
  { parent: 0, name: "encoder", type: "Encoder", nodes: 6, parameters: 70 },
  { parent: 0, name: "head", type: "Linear", nodes: 2, parameters: 30 },
  { parent: 1, name: "0", key: "encoder.0", type: "Linear", nodes: 2, parameters: 20 },
  { parent: 1, name: "1", key: "encoder.1", type: "Linear", nodes: 3, parameters: 50 },
];

export function outlineOf(made: readonly MadeGroup[] = GROUPS, graph = "aaaaaaaaaaaa"): ModelOutline {
  const keys = made.map(({ key, name }) => key ?? name);
  return {
    ...{ run: "r0", graph, source: "trace", title: "Net", framework: "torch", recorded: [1] },
    ...{ phases: ["forward"], measured: [], notes: [], nodes: made[0].nodes, failure: null },
    costs: [
      { name: "parameters", title: "Parameters", unit: "count", adds: true },
      { name: "macs", title: "MACs", unit: "operations", adds: true },
      { name: "seconds", title: "Time", unit: "seconds", adds: true },
    ],
    tensors: [{ shape: [2, -1, 768], dtype: "float32", bytes: 64 }],
    groups: {
      parent: made.map(({ parent }) => parent),
      name: made.map(({ name }) => name),
      key: keys,
      path: keys,
      type: made.map(({ type = "" }) => type),
      nodes: made.map(({ nodes }) => nodes),
      tucked: made.map(({ tucked }) => tucked ?? 0),
      alike: made.map(() => -1),
      below: made.map(({ below }, group) => below ?? made.filter(({ parent }) => parent === group).length),
      calls: made.map(() => 1),
      output: made.map((_, group) => (group === 0 ? 0 : -1)),
      costs: {
        parameters: made.map(({ parameters = null }) => parameters),
        macs: made.map(() => null),
        seconds: made.map(() => null),
      },
    },
  } as ModelOutline;
}

export function childrenOf({ groups }: ModelOutline): number[][] {
  const children: number[][] = groups.parent.map(() => []);
  groups.parent.forEach((parent, group) => {
    children[parent]?.push(group);
  });
  return children;
}

/** A part of nodes with these names, numbered from `first` on, behind these groups. */
export function partWith(names: readonly string[], first = 0, groups: readonly number[] = []): ModelPart {
  const all = [...groups.map((group) => `group${group}`), ...names];
  const column = <Value>(value: Value): Value[] => all.map(() => value);
  const boxes: PartBoxes = {
    group: [...groups, ...names.map(() => -1)],
    node: [...groups.map(() => -1), ...names.map((_, i) => first + i)],
    kind: column(0),
    name: all,
    type: all.map((name) => `aten.${name}`),
    key: all,
    nodes: column(1),
    repeats: column(1),
    tucked: column(0),
    output: column(-1),
    costs: { parameters: column(null) },
    failed: [],
  };
  return {
    group: 0,
    boxes,
    edges: { start: [], end: [], edges: [], controls: [], tensor: [], tucked: [] },
    tensors: [],
    left_out: 0,
    edges_left_out: 0,
  };
}
