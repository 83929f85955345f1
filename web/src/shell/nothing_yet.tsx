/** A view where the log has no data for it: the things that would appear, and the line of Python that makes it. */

import { plural, withSeparators } from "../kit/format";
import { catalogue, foreignRuns, knownRuns } from "../state/server";
import type { Empty } from "../views/view";

const MOST_NAMED = 5;

/** Where there is nothing else it is said at once what the files are. */
function ForeignFiles() {
  if (foreignRuns.value.length === 0 || knownRuns.value.length > 0) return null;
  const names = new Map(foreignRuns.value.map((run) => [run.id, run.name === "." ? "" : `${run.name}/`]));
  const files = (catalogue.value?.unreadable ?? []).filter((file) => file.is_foreign);
  const lines = files
    .slice(0, MOST_NAMED)
    .map(({ run, file, reason }) => `${names.get(run ?? "") ?? ""}${file} is ${reason}`);
  const more = files.length - lines.length;
  return <p>{`${lines.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`}</p>;
}

export function NothingYet({ what, promise, line }: Empty) {
  const path = catalogue.value?.logdir.path ?? "";
  if (catalogue.value?.loading.done === false) {
    return (
      <div class="empty-state" data-testid="empty-state">
        <h1>Reading {path}.</h1>
      </div>
    );
  }
  const unread = catalogue.value?.loading.unread ?? 0;
  if (unread > 0) {
    const runs = plural(catalogue.value?.runs.length ?? 0, "run");
    return (
      <div class="empty-state" data-testid="empty-state">
        <h1>
          No {what} in the runs of {path} that are in memory.
        </h1>
        <p>
          {withSeparators(String(unread))} of {runs} are not. They are read when they are selected and there
          is room.
        </p>
      </div>
    );
  }
  return (
    <div class="empty-state" data-testid="empty-state">
      <h1>
        No {what} in {path} yet.
      </h1>
      <ForeignFiles />
      <p>{promise} For example:</p>
      <pre>
        <code>{line}</code>
      </pre>
    </div>
  );
}
