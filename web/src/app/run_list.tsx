/** The runs: filter, show and hide, colour and last step. Only rows in sight are in the document. */

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Run } from "../api/catalogue";
import { runStyle } from "../charts/colour";
import { formatCount, formatTime, plural } from "../charts/format";
import { FilterField } from "./filter_field";
import { theme } from "./preferences";
import { offeredColumns } from "./run_columns";
import { EVERYTHING, isShown, NOTHING, onlyThis, toggled } from "./selection";
import {
  catalogue,
  cellOfRun,
  changeView,
  emphasis,
  isTableAsked,
  listedRuns,
  runPattern,
  runQuery,
  runRows,
  scalarTags,
  shownRuns,
  view,
} from "./state";
import { Swatch } from "./swatch";

const ROW_HEIGHT = 26;
const ROWS_BEYOND = 8;

/** First and one-past-last row of a scrolled list, some beyond the edges included. */
export function rowsInSight(scrollTop: number, height: number, count: number): [number, number] {
  const start = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - ROWS_BEYOND);
  const end = Math.min(count, Math.ceil((scrollTop + height) / ROW_HEIGHT) + ROWS_BEYOND);
  return [Math.min(start, count), end];
}

function describe(run: Run): string {
  const parts = [run.name, plural(run.points, "point")];
  if (run.first_wall_time !== null) parts.push(`first event ${formatTime(run.first_wall_time)}`);
  if (run.last_wall_time !== null) parts.push(`last point ${formatTime(run.last_wall_time)}`);
  if (run.damaged_bytes > 0) parts.push(`${plural(run.damaged_bytes, "damaged byte")} skipped`);
  return parts.join("\n");
}

function RunRow({ run, position, count }: { run: Run; position: number; count: number }) {
  const { selection } = view.value;
  const isOn = isShown(selection, run.name);
  const setSelection = (isOnly: boolean): void =>
    changeView({ selection: isOnly ? onlyThis(selection, run.name) : toggled(selection, run.name) });
  return (
    <li
      class={`run-row${isOn ? "" : " is-hidden"}${emphasis.value === run.name ? " is-emphasised" : ""}`}
      data-testid="run-row"
      data-run={run.name}
      aria-posinset={position + 1}
      aria-setsize={count}
      title={describe(run)}
      style={{ transform: `translateY(${position * ROW_HEIGHT}px)` }}
      onPointerEnter={() => {
        emphasis.value = run.name;
      }}
      onPointerLeave={() => {
        if (emphasis.value === run.name) emphasis.value = null;
      }}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the click is the checkbox's, which has keys. */}
      <label
        onClick={(event) => {
          if (!event.altKey) return;
          event.preventDefault();
          setSelection(true);
        }}
      >
        <input
          type="checkbox"
          checked={isOn}
          aria-label={`Show ${run.name}`}
          onChange={() => setSelection(false)}
        />
        <Swatch style={runStyle(run.color, theme.value)} />
        <span class="run-name">{run.name}</span>
        {run.damaged_bytes > 0 && (
          <span class="warning-mark" title={`${run.damaged_bytes} damaged bytes skipped`}>
            !
          </span>
        )}
        <span class="run-step">{cellOfRun(view.value.column, run).text}</span>
      </label>
      <button
        type="button"
        class="only"
        title="Show only this run (or Alt-click)"
        onClick={() => setSelection(true)}
      >
        only
      </button>
    </li>
  );
}

const NEXT_SORT = { null: "descending", descending: "ascending", ascending: null } as const;

/** What stands beside the names, and whether the list is sorted by it. */
function ColumnChoice() {
  const { column, sort } = view.value;
  const groups = offeredColumns(runRows.value.values(), scalarTags.value);
  const isOffered = groups.some(({ columns }) => columns.some(([known]) => known === column));
  const name = column.replace(/^hparam:/, "").replace(":", " ");
  return (
    <span class="column-choice">
      <select
        data-testid="run-column"
        aria-label="What is shown of each run"
        value={column}
        onFocus={() => {
          // Which hyper-parameters there are is known from the table.
          isTableAsked.value = true;
        }}
        onChange={(event) => changeView({ column: event.currentTarget.value })}
      >
        {!isOffered && <option value={column}>{name}</option>}
        {groups.map(({ label, columns }) => (
          <optgroup key={label} label={label}>
            {columns.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <button
        type="button"
        class="icon"
        data-testid="run-sort"
        aria-label={sort === null ? "Sort the runs by this" : `Sorted ${sort}; change it`}
        title="Sort: largest first, smallest first, by name"
        onClick={() => changeView({ sort: NEXT_SORT[`${sort}`] })}
      >
        {sort === null ? "↕" : sort === "descending" ? "↓" : "↑"}
      </button>
    </span>
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
  // Keys can emphasise a run that is out of sight.
  useSignalEffect(() => {
    const place = listedRuns.value.findIndex((run) => run.name === emphasis.value);
    const element = scroller.current;
    if (place < 0 || element === null || element.matches(":hover")) return;
    const top = place * ROW_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_HEIGHT > element.scrollTop + element.clientHeight)
      element.scrollTop = top + ROW_HEIGHT - element.clientHeight;
  });
  const listed = listedRuns.value;
  const total = catalogue.value?.runs.length ?? 0;
  const points = (catalogue.value?.runs ?? []).reduce((sum, run) => sum + run.points, 0);
  const [start, end] = rowsInSight(scrollTop.value, height.value, listed.length);
  return (
    <>
      <div class="toolbar">
        <FilterField
          testId="run-filter"
          label="Filter runs"
          value={view.value.runFilter}
          error={runQuery.value === null ? runPattern.value.error : null}
          hint="A regular expression, or comparisons: lr>0.01 optimizer=adam state=finished"
          onInput={(runFilter) => changeView({ runFilter })}
        />
      </div>
      <div class="run-head">
        <span>
          <button type="button" class="link" onClick={() => changeView({ selection: EVERYTHING })}>
            all
          </button>
          {" · "}
          <button type="button" class="link" onClick={() => changeView({ selection: NOTHING })}>
            none
          </button>
        </span>
        <ColumnChoice />
      </div>
      <div
        class="run-scroller"
        ref={scroller}
        onScroll={(event) => {
          scrollTop.value = event.currentTarget.scrollTop;
        }}
      >
        <ul class="run-list" style={{ height: `${listed.length * ROW_HEIGHT}px` }}>
          {listed.slice(start, end).map((run, i) => (
            <RunRow key={run.name} run={run} position={start + i} count={listed.length} />
          ))}
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
    </>
  );
}
