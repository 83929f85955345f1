/** The page when there is no run: why, and the line of Python that makes one. */

import { formatBytes } from "../kit/format";
import { catalogue, liveState } from "../state/server";

/** One line of Python that writes an event file below the directory. */
export function exampleLine(logdir: string): string {
  const path = `${logdir.replace(/\/+$/, "")}/first`;
  return `with cutaway.SummaryWriter(${JSON.stringify(path)}) as writer: writer.add_scalar("loss", 0.5, 0)`;
}

export function EmptyState() {
  const known = catalogue.value;
  if (known === null) {
    if (liveState.value === "unauthorised") return null;
    return <p class="empty-state quiet">Asking the server for the list of runs.</p>;
  }
  const { path, state, detail } = known.logdir;
  if (!known.loading.done) {
    const { bytes, bytes_read } = known.loading;
    return (
      <p class="empty-state quiet">
        Reading {path}
        {bytes > 0 && `: ${formatBytes(bytes_read)} of ${formatBytes(bytes)}`}
      </p>
    );
  }
  return (
    <div class="empty-state" data-testid="empty-state">
      {state === "missing" && <h1>No directory {path} yet.</h1>}
      {state === "unreadable" && (
        <h1>
          {path} cannot be read: {detail}.
        </h1>
      )}
      {(state === "empty" || state === "ready") && <h1>No event files in {path} yet.</h1>}
      {state === "empty" && detail !== "" && <p>In this directory {detail}.</p>}
      {state !== "unreadable" && (
        <>
          <p>
            {state === "missing" ? "Its runs appear here when one" : "They appear here when a run"} starts
            writing. For example:
          </p>
          <pre>
            <code>
              {"import cutaway\n"}
              {exampleLine(path)}
            </code>
          </pre>
        </>
      )}
    </div>
  );
}
