/** The columns of the table, beside the names: which there are, and which are shown. */

import { computed } from "@preact/signals";
import type { CostKind, ModelOutline } from "../../../api/model";
import { formatExact, withSeparators } from "../../../kit/format";
import { modelColumns } from "../../../state/preferences";
import { outline } from "../model_state";
import { formatOverlay } from "../overlay/overlay";
import { overlay, textOf } from "../overlay/overlay_state";
import { boxOf, costOf, exactCost, nodesOf, outputOf, shapeInWords } from "./facts";
import type { Source, TableRow } from "./table_rows";

export interface Column {
  name: string;
  title: string;
  /** In CSS pixels. */
  width: number;
  isNumber: boolean;
  /** Null for a column of words. */
  cost: CostKind | null;
  /** What is sorted by. */
  rank(source: Source, group: number): number | string | null;
  text(source: Source, group: number): string;
  /** Every digit of a number; empty where the text has them. */
  exact(source: Source, group: number): string;
}

function sizeOf(source: Source, group: number): number | null {
  const tensor = outputOf(source, group);
  return tensor === null || tensor.bytes < 0 ? null : tensor.bytes;
}

const OF_WORDS: readonly Column[] = [
  {
    ...{ name: "type", title: "Class", width: 168, isNumber: false, cost: null },
    rank: (source, group) => wordsOf(source, group, "type"),
    text: (source, group) => wordsOf(source, group, "type"),
    exact: () => "",
  },
  {
    ...{ name: "output", title: "Output shape", width: 132, isNumber: false, cost: null },
    rank: sizeOf,
    text: (source, group) => {
      const tensor = outputOf(source, group);
      return tensor === null ? "" : shapeInWords(tensor.shape);
    },
    exact: (source, group) => outputOf(source, group)?.dtype ?? "",
  },
  {
    ...{ name: "key", title: "Path", width: 200, isNumber: false, cost: null },
    rank: (source, group) => wordsOf(source, group, "key"),
    text: (source, group) => wordsOf(source, group, "key"),
    exact: () => "",
  },
  {
    ...{ name: "nodes", title: "Nodes", width: 72, isNumber: true, cost: null },
    rank: nodesOf,
    text: (source, group) => withSeparators(String(nodesOf(source, group) ?? "")),
    exact: () => "",
  },
];

function wordsOf(source: Source, group: number, column: "type" | "key"): string {
  return "part" in source ? source.part.boxes[column][source.box] : source.outline.groups[column][group];
}

export function columnOfCost(cost: CostKind): Column {
  const { name, title, unit } = cost;
  return {
    ...{ name, title, width: 112, isNumber: true, cost },
    rank: (source, group) => costOf(source, group, name),
    text: (source, group) => {
      const value = costOf(source, group, name);
      return value === null ? "" : formatOverlay(value, unit);
    },
    exact: (source, group) => {
      const value = costOf(source, group, name);
      return value === null ? "" : exactCost(value, unit);
    },
  };
}

/** All that a graph has. */
export function columnsOf({ costs }: Pick<ModelOutline, "costs">): readonly Column[] {
  return [...OF_WORDS, ...costs.map(columnOfCost)];
}

export const allColumns = computed(() => (outline.value === null ? [] : columnsOf(outline.value)));

/** These are shown at first, or the first one of a graph that has none of them; and the one that is the overlay. */
const FIRST_COSTS = ["parameters", "macs"];

/** Whether a column is there when nobody has said so. */
export function isUsual(
  { name, cost }: Pick<Column, "name" | "cost">,
  costs: readonly CostKind[],
  drawn: string | null,
): boolean {
  if (cost === null) return name === "type" || name === "output";
  const first = costs.filter((each) => FIRST_COSTS.includes(each.name));
  return name === drawn || (first.length > 0 ? first : costs.slice(0, 1)).some((each) => each.name === name);
}

export function isColumnShown(column: Column): boolean {
  const costs = outline.value?.costs ?? [];
  return modelColumns.value[column.name] ?? isUsual(column, costs, overlay.value?.name ?? null);
}

/** Of an overlay that is no cost: types, or what was recorded. */
const overlayColumn = computed<Column | null>(() => {
  const shown = overlay.value;
  if (shown === null || (shown.unit !== "value" && shown.unit !== "word")) return null;
  return {
    ...{ name: shown.name, title: shown.title, width: 132, isNumber: shown.unit === "value", cost: null },
    rank: (source, group) => shown.valueOf(boxOf(source, group)),
    text: (source, group) => textOf(boxOf(source, group)),
    exact: (source, group) => {
      const value = shown.valueOf(boxOf(source, group));
      return typeof value === "number" ? formatExact(value, false) : "";
    },
  };
});

export const shownColumns = computed<readonly Column[]>(() => {
  const own = allColumns.value.filter(isColumnShown);
  return overlayColumn.value === null ? own : [...own, overlayColumn.value];
});

/** The text of a cell. */
export function cellText(column: Column, row: TableRow): string {
  if (row.kind === "own" || row.kind === "words") return "";
  return column.text(row.source, row.kind === "group" ? row.group : -1);
}
