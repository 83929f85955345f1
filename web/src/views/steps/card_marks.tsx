/** What a card says in its head of what it does not show, each with a count. */

import type { ComponentChild } from "preact";
import { plural } from "../../kit/format";
import { RunCount } from "./run_columns";

/** Why the data could not be loaded; nothing where they could. */
export function NotLoaded({ error }: { error: string | null }): ComponentChild {
  return (
    error !== null && (
      <span class="warning-text" title={error}>
        not loaded
      </span>
    )
  );
}

interface DamagedProps {
  /** Of each run. */
  rows: readonly { damagedCount: number; damaged: readonly { step: number; problem: string }[] }[];
  testId: string;
}

export function Damaged({ rows, testId }: DamagedProps): ComponentChild {
  const count = rows.reduce((sum, { damagedCount }) => sum + damagedCount, 0);
  const problems = rows.flatMap(({ damaged }) =>
    damaged.map(({ step, problem }) => `step ${step}: ${problem}`),
  );
  return (
    count > 0 && (
      <span class="warning-text" data-testid={testId} title={problems.join("\n")}>
        {count} damaged
      </span>
    )
  );
}

interface RunsShownProps {
  shown: number;
  having: number;
  onExpand: () => void;
}

/** How many runs have the tag, and how many of them the card shows. */
export function RunsShown({ shown, having, onExpand }: RunsShownProps) {
  if (shown >= having) return <RunCount having={having} />;
  return (
    <button type="button" class="link" title="Click for a larger card, with more runs" onClick={onExpand}>
      {shown} of {plural(having, "run")}
    </button>
  );
}
