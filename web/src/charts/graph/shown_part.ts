/** A part without the boxes that stand aside, for who wants to see the graph alone. */

import { type ModelPart, NODE_KIND } from "../../api/model";

const known = new WeakMap<ModelPart, ModelPart>();

/** The same part where it has none. */
export function withoutAsides(part: ModelPart): ModelPart {
  const { boxes, edges } = part;
  if (!boxes.kind.includes(NODE_KIND.auxiliary)) return part;
  const found = known.get(part);
  if (found !== undefined) return found;
  const kept = [...boxes.kind.keys()].filter((box) => boxes.kind[box] !== NODE_KIND.auxiliary);
  const places = new Map(kept.map((box, place) => [box, place]));
  const of = <Value>(column: readonly Value[]): Value[] => kept.map((box) => column[box]);
  const end = (box: number): number | undefined => (box < 0 ? box : places.get(box));
  const keptEdges = [...edges.start.keys()].filter(
    (edge) => end(edges.start[edge]) !== undefined && end(edges.end[edge]) !== undefined,
  );
  const ofEdges = (column: readonly number[]): number[] => keptEdges.map((edge) => column[edge]);
  const shown: ModelPart = {
    ...part,
    boxes: {
      ...{ group: of(boxes.group), node: of(boxes.node), kind: of(boxes.kind), name: of(boxes.name) },
      ...{ type: of(boxes.type), key: of(boxes.key), nodes: of(boxes.nodes) },
      ...{ repeats: of(boxes.repeats), tucked: of(boxes.tucked), output: of(boxes.output) },
      costs: Object.fromEntries(Object.entries(boxes.costs).map(([name, column]) => [name, of(column)])),
      failed: boxes.failed.flatMap((box) => places.get(box) ?? []),
    },
    edges: {
      start: ofEdges(edges.start).map((box) => end(box) as number),
      end: ofEdges(edges.end).map((box) => end(box) as number),
      ...{ edges: ofEdges(edges.edges), controls: ofEdges(edges.controls) },
      ...{ tensor: ofEdges(edges.tensor), tucked: ofEdges(edges.tucked) },
    },
  };
  known.set(part, shown);
  return shown;
}
