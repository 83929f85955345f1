/** What holds for the table alone: its columns, opening all of it, and its rows as CSV. */

import { Check } from "../../../kit/choice";
import { save } from "../../../kit/download";
import { setModelColumn } from "../../../state/preferences";
import { openAll, opened, outline } from "../model_state";
import { allColumns, isColumnShown } from "./columns";
import { tableCsv } from "./table_csv";
import { allGroups, ownOpened } from "./table_state";

export function TableMenu() {
  return (
    <details class="menu more" name="chart-menu" data-testid="table-menu">
      <summary title="Columns, and the table as CSV">columns</summary>
      <div class="menu-body">
        {allColumns.value.map((column) => (
          <Check
            key={column.name}
            label={column.title}
            testId={`column-${column.name}`}
            isOn={isColumnShown(column)}
            onChange={(isOn) => setModelColumn(column.name, isOn)}
          />
        ))}
        <button type="button" class="menu-end" data-testid="open-all" onClick={() => openAll(allGroups())}>
          Open all groups
        </button>
        <button
          type="button"
          data-testid="close-all"
          onClick={() => {
            opened.value = new Set([0]);
            ownOpened.value = new Set();
          }}
        >
          Close all groups
        </button>
        <button
          type="button"
          class="menu-end"
          data-testid="table-csv"
          onClick={() => {
            if (outline.value === null) return;
            const name = outline.value.title || "model";
            save(new Blob([tableCsv(outline.value, allColumns.value)], { type: "text/csv" }), `${name}.csv`);
          }}
        >
          Save all groups as CSV
        </button>
      </div>
    </details>
  );
}
