/** One run: what it was made with, all of it, and what it came to. */

import { computed } from "@preact/signals";
import type { RunRow } from "../../api/runs";
import { formatTime } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { cellOfRun, runRows } from "../../runs/run_table";
import { styleOfRun } from "../../runs/styles";
import { catalogue } from "../../state/server";
import { columnTitle, metric, statistics } from "./compared";
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
        <td class="details-key">{columnTitle(column)}</td>
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
        {row !== undefined && <LeftOut row={row} />}
        {row !== undefined && <SessionOf row={row} />}
      </div>
    </aside>
  );
}

/** What is not in the row, as it was too much. */
function LeftOut({ row }: { row: RunRow }) {
  if (row.hparams_left_out === 0) return null;
  return (
    <p class="warning-text" data-testid="left-out">
      {row.hparams_left_out.toLocaleString("en")} left out: a run has a thousand hyper-parameters here, of
      records of 1 MiB together.
    </p>
  );
}

/** How the run's session went, as it was told, and which child runs say what it was made with. */
function SessionOf({ row: { session, joined } }: { row: RunRow }) {
  const names = joined.map((id) => catalogue.value?.runs.find((run) => run.id === id)?.name ?? id);
  const told: [string, string][] =
    session === null
      ? []
      : [
          ["status", session.status],
          ["started", session.start === null ? "" : formatTime(session.start)],
          ["ended", session.end === null ? "" : formatTime(session.end)],
          ["group", session.group],
          ["model", session.model_uri],
          ["monitor", session.monitor_url],
        ];
  const rows = [...told.filter(([, text]) => text !== ""), ...names.map((name) => ["recorded in", name])];
  if (rows.length === 0) return null;
  return (
    <>
      <h3>Session</h3>
      <table data-testid="session">
        <tbody>
          {rows.map(([name, text]) => (
            <tr key={`${name} ${text}`} data-name={name}>
              <td class="details-key">{name}</td>
              <td class="details-value">{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
