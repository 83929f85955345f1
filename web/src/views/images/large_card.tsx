/** A large card: all samples of all runs, zoomed together, alone or compared with another step or run. */

import { useSignal } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import { Choice } from "../../kit/choice";
import { changeRuns, runsFields } from "../../runs/runs_link";
import { CompareStep } from "../steps/compare_step";
import { COMPARISONS, changeImages, imageFields } from "./image_link";
import { images } from "./image_values";
import { LargePictures } from "./large_pictures";
import type { Probe } from "./large_tile";
import { NO_ZOOM, NOTCH, zoomed } from "./zoom";

export function LargeCard({ tag, runs }: { tag: Tag; runs: readonly Run[] }) {
  const probe = useSignal<Probe>(null);
  const divider = useSignal(0.5);
  return (
    <>
      <Bar runs={runs} />
      <div class={isPaired() ? "large-pictures is-paired" : "large-pictures"}>
        {runs.map((run) => (
          <LargePictures key={run.name} {...{ tag, run, probe, divider }} />
        ))}
      </div>
    </>
  );
}

function isPaired(): boolean {
  const isCompared = runsFields.baseline !== null || imageFields.against !== null;
  return isCompared && imageFields.comparison === "side by side";
}

function Bar({ runs }: { runs: readonly Run[] }) {
  const { zoom, against, comparison } = imageFields;
  const { baseline } = runsFields;
  const zoomBy = (factor: number): void =>
    changeImages({ zoom: zoomed({ ...zoom, times: zoom.times * factor }) });
  const names = ["", ...runs.map((run) => run.name)];
  if (baseline !== null && !names.includes(baseline)) names.push(baseline);
  return (
    <div class="large-bar">
      <span class="choices">
        <button
          type="button"
          aria-label="Zoom out"
          title="Zoom out (−)"
          disabled={zoom.times === 1}
          onClick={() => zoomBy(1 / NOTCH ** 2)}
        >
          −
        </button>
        <button
          type="button"
          aria-label="Zoom in"
          title="Zoom in (+, or Ctrl and the wheel)"
          data-testid="zoom-in"
          onClick={() => zoomBy(NOTCH ** 2)}
        >
          +
        </button>
        <button
          type="button"
          disabled={zoom.times === 1}
          title="Show the whole pictures (double click)"
          onClick={() => changeImages({ zoom: NO_ZOOM })}
        >
          whole
        </button>
        <output class="quiet">{Number(zoom.times.toPrecision(3))}×</output>
      </span>
      <CompareStep
        what="Images"
        word="compared with"
        against={against}
        steps={images.steps.value}
        onChange={(chosen) => changeImages({ against: chosen })}
      />
      {runs.length > 1 && (
        <Choice
          label="with run"
          testId="with-run"
          words={names}
          names={{ "": "none" }}
          value={baseline ?? ""}
          isSet={baseline !== null}
          onChange={(name) => changeRuns({ baseline: name === "" ? null : name })}
        />
      )}
      {(against !== null || baseline !== null) && (
        <Choice
          label="as"
          testId="comparison"
          words={COMPARISONS}
          value={comparison}
          onChange={(chosen) => changeImages({ comparison: chosen })}
        />
      )}
    </div>
  );
}
