/** The runs: filter, show and hide, colours, columns, groups and directories. Only rows in sight are in the document. */

import { computed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Run } from "../api/catalogue";
import { FilterField } from "../kit/filter_field";
import { formatCount, plural } from "../kit/format";
import { soughtRun } from "../state/emphasis";
import { catalogue, knownRuns } from "../state/server";
import { brushedRuns } from "./brushed_runs";
import { onListKey, rowOfTab } from "./list_keys";
import { listedGroups, listedRuns, pinnedRuns, shownRuns } from "./listed_runs";
import { rowHeight } from "./row_height";
import { filterProblem, filterReading } from "./run_filter";
import { RunHead, SelectionHead } from "./run_head";
import { RunMenu } from "./run_menu";
import { Heading, RunRow } from "./run_row";
import { isEmptyRun, type RunRowOfList, rowName, rowsOf } from "./run_rows";
import { changeRuns, runsFields } from "./runs_link";
import { shownColumns, shownWidth } from "./shown_columns";

const ROWS_BEYOND = 8;
/** More pinned runs than these scroll with the others: else there would be no room for those. */
const MOST_STICKY = 6;

/** First and one-past-last row of a scrolled list, some beyond the edges included. */
function rowsInSight(scrollTop: number, height: number, count: number): [number, number] {
  const start = Math.max(0, Math.floor(scrollTop / rowHeight.value) - ROWS_BEYOND);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight.value) + ROWS_BEYOND);
  return [Math.min(start, count), end];
}

/** Runs that recorded nothing; while files are read nobody knows. */
const emptyRuns = computed<ReadonlySet<string>>(() => {
  const known = catalogue.value;
  const empty = known?.loading.done ? known.runs.filter(isEmptyRun) : [];
  return new Set(empty.map((run) => run.name));
});

function isBrushed({ name }: Run): boolean {
  return brushedRuns.value?.has(name) ?? true;
}

const brushedGroups = computed(() =>
  brushedRuns.value === null
    ? listedGroups.value
    : (listedGroups.value
        ?.map((group) => ({ ...group, runs: group.runs.filter(isBrushed) }))
        .filter(({ runs }) => runs.length > 0) ?? null),
);

/** An order of the user's own is not broken up by directories. */
const rows = computed(() =>
  rowsOf(
    listedRuns.value.filter(isBrushed),
    brushedGroups.value,
    runsFields.sort === null,
    runsFields.foldedRuns,
    new Set(pinnedRuns.value.map((run) => run.name)),
    emptyRuns.value,
  ),
);

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
  const { runFilter, sort, groupBy } = runsFields;
  useEffect(() => {
    scroller.current?.scrollTo(0, 0);
  }, [runFilter, sort, groupBy]);
  // Keys can lead to a run that is out of sight.
  useSignalEffect(() => {
    const name = soughtRun.value?.name;
    const position = rows.peek().findIndex((row) => row.kind === "run" && row.run.name === name);
    const element = scroller.current;
    if (position < 0 || element === null) return;
    const height = rowHeight.peek();
    const top = position * height;
    // The head of the columns covers the first row's height, and pinned runs cover theirs.
    const pinned = pinnedRuns.peek().length;
    const above = pinned > MOST_STICKY ? pinned : 0;
    const covered = 2 + pinned - above;
    const first = top + above * height;
    if (first < element.scrollTop) element.scrollTop = first;
    else if (first + covered * height > element.scrollTop + element.clientHeight)
      element.scrollTop = first + covered * height - element.clientHeight;
  });
  const listed = rows.value;
  const pinned = pinnedRuns.value;
  const total = knownRuns.value.length;
  const points = (catalogue.value?.runs ?? []).reduce((sum, run) => sum + run.points, 0);
  const [start, end] = rowsInSight(scrollTop.value, height.value, listed.length);
  const inSight = listed.slice(start, end);
  const pinnedRows = pinned.map(
    (run): RunRowOfList => ({ kind: "run", run, label: run.name, isInside: false }),
  );
  const names = [...pinnedRows, ...inSight].map(rowName);
  // A row that was scrolled out of the document leads nowhere.
  const tabStop = names.find((name) => name === rowOfTab.value) ?? names[0];
  const columns = shownColumns.value.reduce((sum, column) => sum + shownWidth(column), 0);
  return (
    <>
      <div class="toolbar">
        <FilterField
          testId="run-filter"
          label="Filter runs"
          value={runsFields.runFilter}
          error={filterProblem.value}
          reading={filterReading.value}
          hint="A regular expression, or comparisons: lr>0.01 optimizer=adam state=finished nan:train/loss"
          onInput={(runFilter) => changeRuns({ runFilter })}
        />
      </div>
      <SelectionHead />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the controls in it. */}
      <div
        class="run-scroller"
        ref={scroller}
        onKeyDown={(event) => onListKey(event, event.currentTarget)}
        style={{ "--columns": `${columns}px`, "--row": `${rowHeight.value}px` }}
        onScroll={(event) => {
          scrollTop.value = event.currentTarget.scrollTop;
        }}
      >
        <RunHead />
        {pinned.length > 0 && (
          <ul
            class={`run-list run-pinned${pinned.length > MOST_STICKY ? "" : " is-sticky"}`}
            aria-label="Pinned runs"
            style={{ height: `${pinned.length * rowHeight.value}px` }}
          >
            {pinnedRows.map((row, i) => (
              <RunRow
                key={row.run.name}
                row={row}
                isTabStop={rowName(row) === tabStop}
                position={i}
                count={pinned.length}
              />
            ))}
          </ul>
        )}
        <ul class="run-list" style={{ height: `${listed.length * rowHeight.value}px` }}>
          {inSight.map((row, i) =>
            row.kind === "run" ? (
              <RunRow
                key={rowName(row)}
                row={row}
                isTabStop={rowName(row) === tabStop}
                position={start + i}
                count={listed.length}
              />
            ) : (
              <Heading
                key={rowName(row)}
                row={row}
                isTabStop={rowName(row) === tabStop}
                position={start + i}
              />
            ),
          )}
        </ul>
        {total > 0 && listed.length + pinned.length === 0 && (
          <p class="quiet padded">No run matches the filter.</p>
        )}
        {brushedRuns.value?.size === 0 && <p class="quiet padded">No run is within the brushes.</p>}
      </div>
      <div class="run-foot">
        {shownRuns.value.length === total
          ? plural(total, "run")
          : `${shownRuns.value.length.toLocaleString("en")} of ${plural(total, "run")} shown`}
        {brushedRuns.value !== null && ` · ${brushedRuns.value.size.toLocaleString("en")} within the brushes`}
        {" · "}
        {formatCount(points)} {points === 1 ? "point" : "points"}
      </div>
      <RunMenu />
    </>
  );
}
