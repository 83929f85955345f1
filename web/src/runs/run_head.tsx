/** Above the list of runs: all or none, which columns there are, their order and widths, and the table as CSV. */

import { useSignal } from "@preact/signals";
import { save, toCsv } from "../kit/download";
import { WidthHandle } from "../kit/width_handle";
import { NARROWEST_COLUMN, setColumnWidth, WIDEST_COLUMN } from "../state/preferences";
import { scalarTags } from "../state/server";
import { makeRoomForColumns } from "./list_width";
import { listedRuns } from "./listed_runs";
import { columnName, offeredColumns, senseOfColumn } from "./run_columns";
import { cellOfRun, runRows } from "./run_table";
import { changeRuns, runsFields } from "./runs_link";
import { EVERYTHING, NOTHING } from "./selection";
import { chooseColumns, fullColumns, shownColumns, shownWidth } from "./shown_columns";

/** Sort by a column: best first, worst first, by name; where neither is better, the largest first. */
function sortBy(column: string): void {
  const { sort } = runsFields;
  const first = senseOfColumn(column) !== "down";
  if (sort?.column !== column) changeRuns({ sort: { column, isDescending: first } });
  else changeRuns({ sort: sort.isDescending === first ? { column, isDescending: !first } : null });
}

/** The orders of a column, as clicks go through them. */
function ordersOf(column: string): string {
  if (column.startsWith("nan:")) return "earliest first, latest first";
  return senseOfColumn(column) === null ? "largest first, smallest first" : "best first, worst first";
}

function ColumnHead({ column }: { column: string }) {
  const { sort } = runsFields;
  const isSorted = sort?.column === column;
  return (
    <div class="run-cell" style={{ width: `${shownWidth(column)}px` }}>
      <WidthHandle
        class="column-edge"
        label={`Width of the column ${columnName(column)}`}
        width={shownWidth(column)}
        narrowest={NARROWEST_COLUMN}
        widest={WIDEST_COLUMN}
        side="left"
        setWidth={(width) => setColumnWidth(column, width)}
      />
      <button
        type="button"
        class="link"
        data-testid="run-column"
        data-column={column}
        aria-pressed={isSorted}
        title={`${columnName(column)}\nSort: ${ordersOf(column)}, by name`}
        onClick={() => sortBy(column)}
      >
        <span class="two-lines">
          {isSorted && (sort.isDescending ? "↓ " : "↑ ")}
          {columnName(column)}
        </span>
      </button>
    </div>
  );
}

function saveTable(): void {
  const columns = shownColumns.value;
  const rows = listedRuns.value.map((run) => [
    run.name,
    ...columns.map((column) => cellOfRun(column, run).value),
  ]);
  const text = toCsv([["run", ...columns.map(columnName)], ...rows]);
  save(new Blob([text], { type: "text/csv" }), "runs.csv");
}

/** Which columns there are. The hyper-parameters among them are known from the table of runs. */
function ColumnsMenu() {
  const words = useSignal("");
  const isOpen = useSignal(false);
  const columnsBefore = useSignal(0);
  const columns = shownColumns.value;
  const groups = isOpen.value ? offeredColumns(runRows.value.values(), scalarTags.value) : [];
  const known = new Set(groups.flatMap((group) => group.columns.map(([column]) => column)));
  const others = columns.filter((column) => !known.has(column));
  const filter = words.value.toLowerCase();
  const toggle = (column: string, isOn: boolean): void =>
    chooseColumns(isOn ? [...columns, column] : columns.filter((name) => name !== column));
  const option = (column: string, name: string) => (
    <label key={column} class="check">
      <input
        type="checkbox"
        value={column}
        checked={columns.includes(column)}
        onChange={(event) => toggle(column, event.currentTarget.checked)}
      />
      {name}
    </label>
  );
  return (
    <details
      class="menu columns-menu"
      name="chart-menu"
      data-testid="run-columns"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
        // Not before it closes: it would move away from under the pointer.
        if (isOpen.value) columnsBefore.value = shownColumns.value.length;
        else if (fullColumns.value === null && shownColumns.value.length > columnsBefore.value)
          makeRoomForColumns();
      }}
    >
      <summary aria-label="Columns of the list" title="Columns, and the table as CSV">
        columns
      </summary>
      <div class="menu-body">
        <input
          type="search"
          aria-label="Filter columns"
          placeholder="filter columns"
          value={words.value}
          onInput={(event) => {
            words.value = event.currentTarget.value;
          }}
        />
        <div class="columns-offered">
          {others.map((column) => option(column, columnName(column)))}
          {groups.map(({ label, columns: offered }) => {
            const matching = offered.filter(([, name]) => name.toLowerCase().includes(filter));
            return (
              matching.length > 0 && (
                <fieldset key={label}>
                  <legend>{label}</legend>
                  {matching.map(([column, name]) => option(column, name))}
                </fieldset>
              )
            );
          })}
        </div>
        <button type="button" class="menu-end" data-testid="runs-csv" onClick={saveTable}>
          Save the table as CSV
        </button>
      </div>
    </details>
  );
}

export function SelectionHead() {
  return (
    <div class="run-tools">
      <span class="run-selection">
        <button type="button" class="link" onClick={() => changeRuns({ selection: EVERYTHING })}>
          all
        </button>
        <button type="button" class="link" onClick={() => changeRuns({ selection: NOTHING })}>
          none
        </button>
      </span>
      <ColumnsMenu />
    </div>
  );
}

export function RunHead() {
  const { sort } = runsFields;
  return (
    <div class="run-head">
      <span class="run-name">
        <button
          type="button"
          class="link"
          aria-pressed={sort === null}
          title="Sort by name"
          onClick={() => changeRuns({ sort: null })}
        >
          run
        </button>
      </span>
      {shownColumns.value.map((column) => (
        <ColumnHead key={column} column={column} />
      ))}
    </div>
  );
}
