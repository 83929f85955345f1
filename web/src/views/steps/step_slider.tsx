/** The shared place as a slider over the recorded steps of a view; without a place the newest values are shown. */

import type { ReadonlySignal } from "@preact/signals";
import { formatStep, plural } from "../../kit/format";
import { changePlace, placeFields } from "../../state/place";
import type { Key } from "../view";
import { countUpTo, stepFrom } from "./steps_order";
import "./step_slider.css";

/** Where the views over steps stand; null for the newest, and where the place is one of time. */
function placedStep(): number | null {
  const { place } = placeFields;
  return place?.axis === "step" ? place.x : null;
}

function goTo(step: number | undefined): void {
  if (step !== undefined) changePlace({ place: { axis: "step", x: step } });
}

/** Some recorded steps on, or back. From the newest, on leads nowhere. */
function move(steps: readonly number[], count: number): void {
  if (steps.length === 0) return;
  goTo(stepFrom(steps, placedStep() ?? steps[steps.length - 1], count));
}

/** The slider's keys, for the whole page. */
export function stepKeys(steps: ReadonlySignal<readonly number[]>): Key[] {
  return [
    { key: "ArrowLeft", what: "the recorded step before", run: () => move(steps.peek(), -1) },
    { key: "ArrowRight", what: "the next recorded step", run: () => move(steps.peek(), 1) },
    { key: "0", what: "the newest values, as they come", run: () => changePlace({ place: null }) },
  ];
}

export function StepSlider({ steps }: { steps: readonly number[] }) {
  const { place } = placeFields;
  const x = placedStep() ?? Number.POSITIVE_INFINITY;
  const at = Math.max(0, countUpTo(steps, x) - 1);
  const isNewest = place === null;
  return (
    <span class="step-slider">
      <button
        type="button"
        class="icon"
        aria-label="The recorded step before"
        title="The recorded step before (←)"
        disabled={steps.length === 0 || (at === 0 && !isNewest)}
        onClick={() => move(steps, -1)}
      >
        ◂
      </button>
      <input
        type="range"
        data-testid="step-slider"
        aria-label="Step"
        aria-valuetext={steps.length === 0 ? "none" : `step ${formatStep(steps[at])}`}
        disabled={steps.length < 2}
        min={0}
        max={Math.max(1, steps.length - 1)}
        value={at}
        onInput={(event) => goTo(steps[Number(event.currentTarget.value)])}
      />
      <button
        type="button"
        class="icon"
        aria-label="The next recorded step"
        title="The next recorded step (→)"
        disabled={steps.length === 0 || isNewest || at === steps.length - 1}
        onClick={() => move(steps, 1)}
      >
        ▸
      </button>
      <output class="step-place" title={`${plural(steps.length, "recorded step")} in sight`}>
        {isNewest
          ? "newest"
          : place.axis === "step"
            ? `step ${formatStep(place.x)}`
            : place.axis === "tag"
              ? "newest: the place is one of a tag"
              : place.axis === "aligned"
                ? "at the marked step of each"
                : "at the marked time"}
      </output>
      {!isNewest && (
        <button
          type="button"
          class="chip"
          data-testid="newest"
          title="Show the newest values, and those that come (0)"
          onClick={() => changePlace({ place: null })}
        >
          newest
        </button>
      )}
    </span>
  );
}
