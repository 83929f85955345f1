/** A view where the log has no data for it: the things that would appear, and the line of Python that makes it. */

import { catalogue } from "../state/server";
import type { Empty } from "../views/view";

export function NothingYet({ what, promise, line }: Empty) {
  const path = catalogue.value?.logdir.path ?? "";
  if (catalogue.value?.loading.done === false) {
    return (
      <div class="empty-state" data-testid="empty-state">
        <h1>Reading {path}.</h1>
      </div>
    );
  }
  return (
    <div class="empty-state" data-testid="empty-state">
      <h1>
        No {what} in {path} yet.
      </h1>
      <p>{promise} For example:</p>
      <pre>
        <code>{line}</code>
      </pre>
    </div>
  );
}
