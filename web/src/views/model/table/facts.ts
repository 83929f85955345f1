/** What the columns of the table say of a row. */

import type { CostKind, TensorType } from "../../../api/model";
import { formatExact, withSeparators } from "../../../kit/format";
import type { Box } from "../overlay/overlay";
import { boxOfGroup } from "../overlay/overlay_state";
import type { Source } from "./table_rows";

/** A cost of a group, everything below it together, or of a node; null where it is not known. */
export function costOf(source: Source, group: number, cost: string): number | null {
  if ("part" in source) return source.part.boxes.costs[cost]?.[source.box] ?? null;
  return source.outline.groups.costs[cost]?.[group] ?? null;
}

export function nodesOf(source: Source, group: number): number | null {
  if ("part" in source) return source.part.boxes.nodes[source.box] ?? null;
  return source.outline.groups.nodes[group] ?? null;
}

/** As the overlay takes it. */
export function boxOf(source: Source, group: number): Box {
  if ("outline" in source) return boxOfGroup(source.outline, group);
  const { boxes } = source.part;
  const at = source.box;
  const costs = Object.fromEntries(Object.entries(boxes.costs).map(([name, values]) => [name, values[at]]));
  const dtype = outputOf(source, group)?.dtype;
  return {
    ...{ group: boxes.group[at], node: boxes.node[at], costs },
    ...(dtype === undefined ? {} : { dtype }),
  };
}

/** The first tensor that comes out; null where there is none or it is not known. */
export function outputOf(source: Source, group: number): TensorType | null {
  if ("part" in source) return source.part.tensors[source.part.boxes.output?.[source.box] ?? -1] ?? null;
  return source.outline.tensors?.[source.outline.groups.output?.[group] ?? -1] ?? null;
}

/** "2×64×112×112", "?×768" where a size is not known, "scalar" for a tensor without sizes. */
export function shapeInWords(shape: readonly number[] | null): string {
  if (shape === null) return "shape unknown";
  if (shape.length === 0) return "scalar";
  return shape.map((size) => (size < 0 ? "?" : String(size))).join("×");
}

/** Every digit of it. */
export function exactCost(value: number, unit: CostKind["unit"]): string {
  if (unit === "seconds") return `${formatExact(value, false)} s`;
  const digits = withSeparators(String(value));
  return unit === "bytes" ? `${digits} bytes` : digits;
}
