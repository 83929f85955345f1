// biome-ignore-all lint/a11y/useSemanticElements: rows that are not there have no place in a <table>.
// biome-ignore-all lint/a11y/useFocusableInteractive: the tree has the focus, and names its active row.

/** One row: its name in the tree, and its cells. */

import { hovered, isSame, outline } from "../model_state";
import { barOf, colourOf, overlay } from "../overlay/overlay_state";
import type { Column } from "./columns";
import { boxOf } from "./facts";
import { foundRows, tracedRows } from "./found_rows";
import { canOpen, isOpen } from "./table_keys";
import { type GroupRow, type NodeRow, nameOf, roleOf, type TableRow } from "./table_rows";
import { thingOf } from "./table_state";

interface RowProps {
  row: TableRow;
  columns: readonly Column[];
  /** From 0 on, and where it stands, in CSS pixels. */
  index: number;
  top: number;
  isCursor: boolean;
  isSelected: boolean;
  onChoose: () => void;
  onSwitch: () => void;
}

export function Row({ row, columns, index, top, isCursor, isSelected, onChoose, onSwitch }: RowProps) {
  const thing = thingOf(row);
  const states = [
    "tree-row",
    `is-${row.kind}`,
    ...(isCursor ? ["is-cursor"] : []),
    ...(isSelected ? ["is-selected"] : []),
    ...(foundRows.value.rows.has(row.id) ? ["is-found"] : []),
    ...(thing !== null && isSame(hovered.value, thing) ? ["is-hovered"] : []),
    ...(isBeyondReach(row) ? ["is-beyond"] : []),
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the whole tree.
    <div
      role="row"
      id={`row-${row.id}`}
      class={states.join(" ")}
      style={{ top: `${top}px` }}
      data-testid="tree-row"
      data-key={thing === null ? undefined : keyOf(row)}
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.count}
      aria-rowindex={index + 1 + Number(columns.length > 0)}
      aria-expanded={canOpen(row) ? isOpen(row) : undefined}
      aria-selected={isSelected}
      onClick={onChoose}
      onDblClick={() => {
        if (canOpen(row)) onSwitch();
      }}
      onPointerEnter={() => {
        hovered.value = thing;
      }}
    >
      <Name row={row} onSwitch={onSwitch} />
      {columns.map((column) => (
        <Cell key={column.name} column={column} row={row} />
      ))}
    </div>
  );
}

/** What the row's thing is named in the source; empty for other rows. */
function keyOf(row: TableRow): string {
  if (row.kind === "own" || row.kind === "words") return "";
  if ("part" in row.source) return row.source.part.boxes.key[row.source.box];
  return row.kind === "group" ? row.source.outline.groups.key[row.group] : "";
}

const INDENT = 14;

function Name({ row, onSwitch }: { row: TableRow; onSwitch: () => void }) {
  const isWhole = row.kind === "group" && row.group === 0;
  const found = row.kind === "group" && !isOpen(row) ? foundRows.value.below.get(row.group) : undefined;
  const role = roleOf(row);
  const failure = failureOf(row);
  return (
    <div role="gridcell" class="tree-name" style={{ paddingLeft: `${4 + (row.level - 1) * INDENT}px` }}>
      {canOpen(row) ? (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys of the tree do the same.
        // biome-ignore lint/a11y/noStaticElementInteractions: the row says whether it is open.
        <span
          class="tree-switch"
          data-testid="tree-switch"
          onClick={(event) => {
            event.stopPropagation();
            onSwitch();
          }}
          onDblClick={(event) => event.stopPropagation()}
        >
          <span class={isOpen(row) ? "triangle is-open" : "triangle"} />
        </span>
      ) : (
        <span class="tree-switch" />
      )}
      <span class="tree-label" title={keyOf(row)}>
        {isWhole ? (outline.value?.title ?? "") || nameOf(row) : nameOf(row)}
      </span>
      {role !== "" && <span class="quiet">{role}</span>}
      {failure !== "" && (
        <span class="failure-mark" title={failure}>
          ‼ failed
        </span>
      )}
      {found !== undefined && <span class="found-count">{found.toLocaleString("en")} found</span>}
    </div>
  );
}

/** Why a row's thing failed, or something in it; empty where nothing did. */
function failureOf(row: TableRow): string {
  const failure = outline.value?.failure ?? null;
  if (failure === null) return "";
  if (row.kind === "node")
    return row.node === failure.node ||
      ("part" in row.source && row.source.part.boxes.failed.includes(row.source.box))
      ? failure.text
      : "";
  if (row.kind !== "group" || row.group === 0) return "";
  if (row.group === failure.group) return failure.text;
  const parents = outline.value?.groups.parent ?? [];
  let at = failure.group ?? -1;
  while (at > row.group) at = parents[at] ?? -1;
  return at === row.group ? failure.text : "";
}

/** Whether it is none of what is traced. */
function isBeyondReach(row: TableRow): boolean {
  const traced = tracedRows.value;
  return traced !== null && (row.kind === "group" || row.kind === "node") && !traced.has(row.id);
}

function Cell({ column, row }: { column: Column; row: TableRow }) {
  const classes = column.isNumber ? "tree-cell number" : "tree-cell";
  if (row.kind === "own" || row.kind === "words") return <div role="gridcell" class={classes} />;
  const group = row.kind === "group" ? row.group : -1;
  const text = column.text(row.source, group);
  const exact = column.exact(row.source, group);
  return (
    <div role="gridcell" class={classes} title={exact || text} data-column={column.name}>
      {column.name === overlay.value?.name && <Bar row={row} group={group} />}
      <span class="tree-text">{text}</span>
    </div>
  );
}

/** Of the overlay, as the other drawings have it. */
function Bar({ row, group }: { row: GroupRow | NodeRow; group: number }) {
  const box = boxOf(row.source, group);
  const share = barOf(box) ?? 0;
  if (share <= 0) return null;
  return (
    <span class="tree-bar" style={{ width: `${share * 100}%`, background: colourOf(box) ?? undefined }} />
  );
}
