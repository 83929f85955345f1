// biome-ignore-all lint/a11y/useSemanticElements: rows that are not there have no place in a <table>.
// biome-ignore-all lint/a11y/useFocusableInteractive: the tree has the focus, and names its active row.

/**
 * The tree of a model as a table, of which only the rows in sight are in the document. It is the outline of the model for
 * keys and for screen readers, too: one stop of the Tab key, whatever is drawn beside it.
 */

import { useSignal, useSignalEffect } from "@preact/signals";
import type { TargetedKeyboardEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { hovered, isSame, search, selected, sought } from "../model_state";
import { select } from "../selection";
import type { Column } from "./columns";
import { actionOf, canOpen, isOpen, siblingsOf, TypeAhead } from "./table_keys";
import { Row } from "./table_row";
import type { TableRow } from "./table_rows";
import { cursor, rowIdOf, rows, setRowOpen, sortBy, sorting, thingOf } from "./table_state";

/** In CSS pixels, as table.css has it. */
const ROW = 26;
const ROWS_BEYOND = 10;

interface TreeTableProps {
  label: string;
  /** Beside the names; none for an outline. */
  columns: readonly Column[];
}

export function TreeTable({ label, columns }: TreeTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(800);
  const typed = useRef(new TypeAhead());
  const isPointed = useRef(false);
  const head = columns.length > 0 ? ROW : 0;
  useEffect(() => {
    const element = scroller.current as HTMLDivElement;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const bringIntoSight = (at: number): void => {
    const element = scroller.current;
    if (element === null || at < 0) return;
    const y = at * ROW;
    const room = element.clientHeight - head;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + ROW > element.scrollTop + room) element.scrollTop = y + ROW - room;
  };
  // What was sought may be among the rows only when its group has been read.
  const pending = useRef<string | null>(null);
  useSignalEffect(() => {
    if (sought.value !== null) pending.current = rowIdOf(sought.value.thing);
  });
  useSignalEffect(() => {
    if (selected.value !== null) pending.current = rowIdOf(selected.value);
  });
  useSignalEffect(() => {
    void sought.value;
    void selected.value;
    const at = pending.current === null ? -1 : rows.value.findIndex(({ id }) => id === pending.current);
    if (at < 0) return;
    pending.current = null;
    requestAnimationFrame(() => bringIntoSight(at));
  });

  const all = rows.value;
  const found = all.findIndex(({ id }) => id === cursor.value);
  const at = Math.max(0, found);
  const page = Math.max(1, Math.floor((height.value - head) / ROW));
  const moveTo = (to: number): void => {
    cursor.value = all[to].id;
    hovered.value = thingOf(all[to]);
    bringIntoSight(to);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actionOf(event.key, all, at, page);
    if (action === null) {
      // After a click letters are keys of the page.
      if (isPointed.current || !isTyped(event.key)) return;
      const to = typed.current.find(event.key, all, at, performance.now());
      event.preventDefault();
      if (to !== null) moveTo(to);
      return;
    }
    event.preventDefault();
    isPointed.current = false;
    typed.current.end();
    if (action.do === "move") moveTo(action.to);
    else if (action.do === "select") choose(all[action.at]);
    else if (action.do === "open siblings")
      for (const row of siblingsOf(all, action.at)) setRowOpen(row, true);
    else setRowOpen(all[action.at], action.do === "open");
  };

  const start = Math.max(0, Math.floor(top.value / ROW) - ROWS_BEYOND);
  const end = Math.min(all.length, Math.ceil((top.value + height.value) / ROW) + ROWS_BEYOND);
  const isInSight = at >= start && at < end;
  return (
    <div
      ref={scroller}
      class={columns.length > 0 ? "tree-table" : "tree-table is-outline"}
      role="treegrid"
      aria-label={label}
      aria-rowcount={all.length + Number(head > 0)}
      aria-colcount={columns.length + 1}
      aria-activedescendant={isInSight && all.length > 0 ? `row-${all[at].id}` : undefined}
      tabIndex={0}
      data-testid="tree-table"
      style={{
        "--columns": columns.map(({ width }) => `${width}px`).join(" ") || "0px",
        "--columns-width": `${columns.reduce((sum, { width }) => sum + width, 0)}px`,
      }}
      onKeyDown={onKeyDown}
      onPointerDown={() => {
        isPointed.current = true;
      }}
      onBlur={() => {
        isPointed.current = false;
      }}
      onScroll={(event) => {
        top.value = event.currentTarget.scrollTop;
      }}
      onPointerLeave={() => {
        hovered.value = null;
      }}
    >
      {head > 0 && <Head columns={columns} />}
      <div role="rowgroup" class="tree-body" style={{ height: `${all.length * ROW}px` }}>
        {all.slice(start, end).map((row, i) => (
          <Row
            key={row.id}
            row={row}
            columns={columns}
            index={start + i}
            top={(start + i) * ROW}
            isCursor={start + i === at}
            isSelected={selected.value !== null && isSame(selected.value, thingOf(row))}
            onChoose={() => {
              cursor.value = row.id;
              choose(row);
            }}
            onSwitch={() => {
              cursor.value = row.id;
              setRowOpen(row, !isOpen(row));
            }}
          />
        ))}
      </div>
    </div>
  );
}

/** A letter that leads to a name; with a search, `n` leads to what was found. */
function isTyped(key: string): boolean {
  const isOfSearch = search.peek() !== null && key.toLowerCase() === "n";
  return !isOfSearch && /^[\p{L}\p{N}_]$/u.test(key);
}

function choose(row: TableRow): void {
  const thing = thingOf(row);
  if (thing !== null) select(thing);
  else if (canOpen(row)) setRowOpen(row, !isOpen(row));
}

function Head({ columns }: { columns: readonly Column[] }) {
  const by = sorting.value;
  return (
    <div role="rowgroup" class="tree-head">
      <div role="row" class="tree-row" aria-rowindex={1}>
        <div role="columnheader" class="tree-name" aria-sort={by === null ? "none" : "other"}>
          <button
            type="button"
            title="In the order of execution"
            onClick={() => {
              sorting.value = null;
            }}
          >
            Module
          </button>
        </div>
        {columns.map(({ name, title, isNumber }) => (
          <div
            key={name}
            role="columnheader"
            class={isNumber ? "number" : ""}
            aria-sort={by?.column !== name ? "none" : by.isDescending ? "descending" : "ascending"}
          >
            <button
              type="button"
              title={`Sort by it what is in the same group: ${title}`}
              onClick={() => sortBy(name, isNumber)}
            >
              {title}
              {by?.column === name && <span aria-hidden="true">{by.isDescending ? " ↓" : " ↑"}</span>}
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}
