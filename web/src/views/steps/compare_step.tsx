/** Keeps a step, with whose values those at the place are compared, and ends that. */

import { formatStep } from "../../kit/format";
import { placeFields } from "../../state/place";

interface CompareStepProps {
  /** The data, in the plural. */
  what: string;
  /** In front of the step that is kept. */
  word: string;
  /** The step that is kept; null for none. */
  against: number | null;
  /** The recorded steps in sight, rising. */
  steps: readonly number[];
  onChange(against: number | null): void;
}

export function CompareStep({ what, word, against, steps, onChange }: CompareStepProps) {
  const { place } = placeFields;
  const here = place?.axis === "step" ? place.x : steps.at(-1);
  if (against !== null) {
    return (
      <button
        type="button"
        class="chip"
        data-testid="against"
        title={`${what} are compared with those at this step. Click to end that.`}
        onClick={() => onChange(null)}
      >
        {word} step {formatStep(against)} ×
      </button>
    );
  }
  return (
    <button
      type="button"
      data-testid="against"
      disabled={here === undefined}
      title="Keep this step, and see what changes from it to another"
      onClick={() => onChange(here ?? null)}
    >
      Compare with this step
    </button>
  );
}
