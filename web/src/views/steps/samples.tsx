/** The samples of a run's value at one step, such as the pictures of a batch: so many at first, and more by a click. */

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import type { Run } from "../../api/catalogue";
import { plural } from "../../kit/format";

/** Samples that are there at first, and that a click adds. */
const AT_FIRST = 16;

interface SamplesProps {
  run: Run;
  /** One sample, by its number from 0; it tells `parts` how many there are, once it knows. */
  sample: (part: number, parts: Signal<number>) => ComponentChild;
}

export function Samples({ run, sample }: SamplesProps) {
  const parts = useSignal(1);
  const most = useSignal(AT_FIRST);
  const count = Math.min(parts.value, most.value);
  return (
    <>
      {Array.from({ length: count }, (_, part) => sample(part, parts))}
      {parts.value > count && (
        <button
          type="button"
          class="link"
          onClick={() => {
            most.value += AT_FIRST;
          }}
        >
          {plural(parts.value - count, "more sample")} of {run.name}
        </button>
      )}
    </>
  );
}
