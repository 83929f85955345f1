/** One run: what it was made with, all of it, and what it came to. */

import { computed } from "@preact/signals";
import { Swatch } from "../../kit/swatch";
import { columnName } from "../../runs/run_columns";
import { cellOfRun, runRows } from "../../runs/run_table";
import { styleOfRun } from "../../runs/styles";
import { catalogue } from "../../state/server";
import { metric, statistics } from "./compared";
import { changeRunsView, runsViewFields } from "./runs_view_link";

/** More hyper-parameters are counted. */
const MOST = 300;

const detailedRun = computed(
  () => catalogue.value?.runs.find(({ name }) => name === runsViewFields.detailsOf) ?? null,
);

export function RunDetails() {
  const run = detailedRun.value;
  if (run === null) return null;
  const row = runRows.value.get(run.id);
  const hparams = Object.keys(row?.hparams ?? {});
  const line = (column: string) => {
    const cell = cellOfRun(column, run);
    return (
      <tr key={column} data-column={column}>
        <td class="details-key">{columnName(column)}</td>
        <td class="details-value" title={String(cell.value ?? "")}>
          {cell.text}
        </td>
      </tr>
    );
  };
  return (
    <aside class="details run-details" aria-label="Details" data-testid="run-details">
      <header>
        <h2 title={run.name}>
          <Swatch style={styleOfRun(run)} /> {run.name}
        </h2>
        <button
          type="button"
          class="icon"
          aria-label="Close the details"
          title="Close (Escape)"
          onClick={() => changeRunsView({ detailsOf: null })}
        >
          ×
        </button>
      </header>
      <div class="details-scroller">
        <table>
          <tbody>
            {metric.value !== null && statistics.value.map((each) => line(`${each}:${metric.value}`))}
            {["state", "step", "start", "duration"].map(line)}
          </tbody>
        </table>
        {hparams.length > 0 && (
          <>
            <h3>Hyper-parameters</h3>
            <table>
              <tbody>{hparams.slice(0, MOST).map((name) => line(`hparam:${name}`))}</tbody>
            </table>
          </>
        )}
        {hparams.length > MOST && <p class="quiet">and {hparams.length - MOST} further ones</p>}
      </div>
    </aside>
  );
}
