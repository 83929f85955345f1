/** The page when there is no run: why, and the line of Python that makes one. */

import { formatBytes } from "../kit/format";
import { catalogue, liveState } from "../state/server";

/** The commands that copy a directory into object stores, by the beginnings of their URLs. */
const COPIES: [string, string][] = [
  ["s3://", "aws s3 sync runs"],
  ["gs://", "gcloud storage rsync --recursive runs"],
  ["az://", "rclone copy runs"],
];

/** One command that copies event files to a URL, for a log in an object store; null for a directory. */
function copyLine(logdir: string): string | null {
  const found = COPIES.find(([scheme]) => logdir.startsWith(scheme));
  return found === undefined ? null : `${found[1]} ${logdir}`;
}

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
  const copy = copyLine(path);
  const isUnreadable = state === "unreadable" || (state === "missing" && detail !== "");
  if (isUnreadable) {
    return (
      <div class="empty-state" data-testid="empty-state">
        <h1>
          {path} cannot be read: {detail}.
        </h1>
      </div>
    );
  }
  return (
    <div class="empty-state" data-testid="empty-state">
      {state === "missing" && (
        <h1>{copy === null ? `No directory ${path}` : `No objects below ${path}`} yet.</h1>
      )}
      {(state === "empty" || state === "ready") && <h1>No event files in {path} yet.</h1>}
      {state === "empty" && detail !== "" && <p>In this directory {detail}.</p>}
      {copy === null ? (
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
      ) : (
        <>
          <p>Runs appear here when their event files are copied there. For example:</p>
          <pre>
            <code>{copy}</code>
          </pre>
        </>
      )}
    </div>
  );
}
