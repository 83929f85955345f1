/** The runs: filter, show and hide, colours, columns, groups and directories. Only rows in sight are in the document. */

import { computed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Run } from "../api/catalogue";
import { formatCount, formatTime, plural } from "../charts/format";
import { FilterField } from "./filter_field";
import { columnWidth } from "./preferences";
import { RunHead, SelectionHead } from "./run_head";
import { openRunMenu, RunMenu } from "./run_menu";
import { type HeadingRow, type RunRowOfList, rowsOf } from "./run_rows";
import { isShown, onlyThis, toggled, withAll } from "./selection";
import {
  catalogue,
  cellOfRun,
  changeView,
  emphasis,
  listedGroups,
  listedRuns,
  runPattern,
  runQuery,
  shownRuns,
  viewed,
} from "./state";
import { styleOf, styleOfRun } from "./styles";
import { Swatch } from "./swatch";

const ROW_HEIGHT = 26;
const ROWS_BEYOND = 8;

/** First and one-past-last row of a scrolled list, some beyond the edges included. */
export function rowsInSight(scrollTop: number, height: number, count: number): [number, number] {
  const start = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - ROWS_BEYOND);
  const end = Math.min(count, Math.ceil((scrollTop + height) / ROW_HEIGHT) + ROWS_BEYOND);
  return [Math.min(start, count), end];
}

/** An order of the user's own is not broken up by directories. */
const rows = computed(() =>
  rowsOf(listedRuns.value, listedGroups.value, viewed.sort === null, viewed.foldedRuns),
);

function describe(run: Run): string {
  const parts = [run.name, plural(run.points, "point")];
  if (run.first_wall_time !== null) parts.push(`first event ${formatTime(run.first_wall_time)}`);
  if (run.last_wall_time !== null) parts.push(`last point ${formatTime(run.last_wall_time)}`);
  if (run.damaged_bytes > 0) parts.push(`${plural(run.damaged_bytes, "damaged byte")} skipped`);
  return parts.join("\n");
}

function place(position: number): { transform: string } {
  return { transform: `translateY(${position * ROW_HEIGHT}px)` };
}

function RunRow({ row, position, count }: { row: RunRowOfList; position: number; count: number }) {
  const { run, label, isInside } = row;
  const { selection, columns, baseline } = viewed;
  const isOn = isShown(selection, run.name);
  const state = `${isOn ? "" : " is-hidden"}${emphasis.value === run.name ? " is-emphasised" : ""}`;
  return (
    <li
      class={`run-row${isInside ? " is-inside" : ""}${state}`}
      data-testid="run-row"
      data-run={run.name}
      aria-posinset={position + 1}
      aria-setsize={count}
      title={describe(run)}
      style={place(position)}
      onPointerEnter={() => {
        emphasis.value = run.name;
      }}
      onPointerLeave={() => {
        if (emphasis.value === run.name) emphasis.value = null;
      }}
      onContextMenu={(event) => openRunMenu(run.name, false, event)}
    >
      <span class="run-name">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the click is the checkbox's, which has keys. */}
        <label
          onClick={(event) => {
            if (!event.altKey) return;
            event.preventDefault();
            changeView({ selection: onlyThis(selection, run.name) });
          }}
        >
          <input
            type="checkbox"
            checked={isOn}
            aria-label={`Show ${run.name}`}
            onChange={() => changeView({ selection: toggled(selection, run.name) })}
          />
        </label>
        <button
          type="button"
          class="icon"
          aria-label={`Colour and menu of ${run.name}`}
          title="Colour, comparison"
          onClick={(event) => openRunMenu(run.name, false, event)}
        >
          <Swatch style={styleOfRun(run)} />
        </button>
        {/* biome-ignore lint/a11y: the checkbox before it is the same for keys and for screen readers. */}
        <span
          class="run-label"
          onClick={(event) =>
            changeView({
              selection: event.altKey ? onlyThis(selection, run.name) : toggled(selection, run.name),
            })
          }
        >
          {label}
        </span>
        {baseline === run.name && (
          <span class="quiet" title="All others are compared with this run">
            Δ
          </span>
        )}
        {run.damaged_bytes > 0 && (
          <span class="warning-mark" title={`${run.damaged_bytes} damaged bytes skipped`}>
            !
          </span>
        )}
        <button
          type="button"
          class="only"
          title="Show only this run (or Alt-click)"
          onClick={() => changeView({ selection: onlyThis(selection, run.name) })}
        >
          only
        </button>
      </span>
      {columns.map((column) => (
        <span key={column} class="run-cell" style={{ width: `${columnWidth(column)}px` }}>
          {cellOfRun(column, run).text}
        </span>
      ))}
    </li>
  );
}

function Heading({ row, position }: { row: HeadingRow; position: number }) {
  const { name, runs, isFolded, group } = row;
  const { selection, foldedRuns } = viewed;
  const shown = runs.filter((run) => isShown(selection, run.name)).length;
  const fold = (): void => {
    const folded = new Set(foldedRuns);
    if (!folded.delete(name)) folded.add(name);
    changeView({ foldedRuns: folded });
  };
  return (
    <li
      class={`run-row run-heading${emphasis.value === name ? " is-emphasised" : ""}`}
      data-testid="run-heading"
      data-name={name}
      style={place(position)}
      onPointerEnter={() => {
        if (group !== null) emphasis.value = name;
      }}
      onPointerLeave={() => {
        if (emphasis.value === name) emphasis.value = null;
      }}
      onContextMenu={(event) => group !== null && openRunMenu(name, true, event)}
    >
      <span class="run-name">
        <label>
          <input
            type="checkbox"
            checked={shown > 0}
            ref={(element) => {
              if (element !== null) element.indeterminate = shown > 0 && shown < runs.length;
            }}
            aria-label={`Show all of ${name}`}
            onChange={() =>
              changeView({
                selection: withAll(
                  selection,
                  runs.map((run) => run.name),
                  shown < runs.length,
                ),
              })
            }
          />
        </label>
        {group !== null && (
          <button
            type="button"
            class="icon"
            aria-label={`Colour of ${name}`}
            onClick={(event) => openRunMenu(name, true, event)}
          >
            <Swatch style={styleOf(group)} />
          </button>
        )}
        <button type="button" class="fold" aria-expanded={!isFolded} title={name} onClick={fold}>
          <span class={`triangle${isFolded ? "" : " is-open"}`} aria-hidden="true" />
          <span class="run-label">{name}</span>
          <span class="quiet"> {runs.length}</span>
        </button>
      </span>
    </li>
  );
}

export function RunList() {
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const height = useSignal(800);
  useEffect(() => {
    const element = scroller.current as HTMLDivElement;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // Another filter or order is another list, which begins at its top.
  const { runFilter, sort, groupBy } = viewed;
  useEffect(() => {
    scroller.current?.scrollTo(0, 0);
  }, [runFilter, sort, groupBy]);
  // Keys can emphasise a run that is out of sight.
  useSignalEffect(() => {
    const name = emphasis.value;
    const position = rows.value.findIndex((row) => row.kind === "run" && row.run.name === name);
    const element = scroller.current;
    if (position < 0 || element === null || element.matches(":hover")) return;
    const top = position * ROW_HEIGHT;
    // The head of the columns covers the first row's height.
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + 2 * ROW_HEIGHT > element.scrollTop + element.clientHeight)
      element.scrollTop = top + 2 * ROW_HEIGHT - element.clientHeight;
  });
  const listed = rows.value;
  const total = catalogue.value?.runs.length ?? 0;
  const points = (catalogue.value?.runs ?? []).reduce((sum, run) => sum + run.points, 0);
  const [start, end] = rowsInSight(scrollTop.value, height.value, listed.length);
  const columns = viewed.columns.reduce((sum, column) => sum + columnWidth(column), 0);
  return (
    <>
      <div class="toolbar">
        <FilterField
          testId="run-filter"
          label="Filter runs"
          value={viewed.runFilter}
          error={runQuery.value === null ? runPattern.value.error : null}
          hint="A regular expression, or comparisons: lr>0.01 optimizer=adam state=finished"
          onInput={(runFilter) => changeView({ runFilter })}
        />
      </div>
      <SelectionHead />
      <div
        class="run-scroller"
        ref={scroller}
        style={{ "--columns": `${columns}px` }}
        onScroll={(event) => {
          scrollTop.value = event.currentTarget.scrollTop;
        }}
      >
        <RunHead />
        <ul class="run-list" style={{ height: `${listed.length * ROW_HEIGHT}px` }}>
          {listed
            .slice(start, end)
            .map((row, i) =>
              row.kind === "run" ? (
                <RunRow key={row.run.name} row={row} position={start + i} count={listed.length} />
              ) : (
                <Heading key={`/${row.name}`} row={row} position={start + i} />
              ),
            )}
        </ul>
        {total > 0 && listed.length === 0 && <p class="quiet padded">No run matches the filter.</p>}
      </div>
      <div class="run-foot">
        {shownRuns.value.length === total
          ? plural(total, "run")
          : `${shownRuns.value.length.toLocaleString("en")} of ${plural(total, "run")} shown`}
        {" · "}
        {formatCount(points)} {points === 1 ? "point" : "points"}
      </div>
      <RunMenu />
    </>
  );
}
