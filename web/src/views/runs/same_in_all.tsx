/** The hyper-parameters that are the same in all runs, folded into one line. */

import { plural } from "../../kit/format";
import { parameters } from "./compared";

/** More than this are counted. */
const MOST_NAMED = 300;
const LONGEST = 80;

function text(value: unknown): string {
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
}

export function SameInAll() {
  const { constant } = parameters.value;
  if (constant.length === 0) return null;
  const named = constant.slice(0, MOST_NAMED).map(({ name, value }) => `${name} ${text(value)}`);
  const more = constant.length > MOST_NAMED ? ` · and ${plural(constant.length - MOST_NAMED, "other")}` : "";
  return (
    <details class="same-in-all" data-testid="same-in-all">
      <summary>Same in all runs: {plural(constant.length, "hyper-parameter")}</summary>
      <p>
        {named.join(" · ")}
        {more}
      </p>
    </details>
  );
}
