/** A run's image in a card: the picture in a frame of the run's colour, and which step it is from. */

import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Run, Tag } from "../../api/catalogue";
import { formatBytes, plural } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import { emphasis, emphasising } from "../../state/emphasis";
import { useSight } from "../cards/use_sight";
import { frameOf } from "../steps/run_frame";
import { StepOf } from "../steps/step_of";
import { DownloadLink } from "./download_link";
import { isOfFirstScreen } from "./first_screen";
import { changeImages, imageFields } from "./image_link";
import { images, shownAt, shownNear } from "./image_values";
import { PictureCanvas } from "./picture_canvas";
import { type PictureState, usePicture } from "./use_picture";

interface CellProps {
  tag: Tag;
  run: Run;
}

export function ImageCell({ tag, run }: CellProps) {
  const element = useRef<HTMLElement>(null);
  const isInSight = useSight(element, isOfFirstScreen(tag, run));
  // Of a cell that was never in sight the frame alone is made: a card may have hundreds of them.
  const wasSeen = useRef(false);
  wasSeen.current ||= isInSight.value;
  const asked = useSignal({ tag, run });
  if (asked.peek().tag !== tag || asked.peek().run !== run) asked.value = { tag, run };
  const series = useComputed(() => images.series(asked.value.tag.name, asked.value.run.name));
  const wanted = useComputed(() => {
    const { tag: tagNow, run: runNow } = asked.value;
    if (!isInSight.value) return null;
    return shownAt(tagNow, runNow, series.value, series.value?.at ?? null, 0);
  });
  const near = useComputed(() =>
    wanted.value === null ? [] : shownNear(asked.value.tag, asked.value.run, series.value),
  );
  const state = usePicture(wanted, false, near).value;
  const nothing =
    series.value === null ? NOT_YET : series.value.at === null ? "Nothing was recorded up to here." : null;
  return (
    <section
      ref={element}
      class={`image-cell${emphasis.value === run.name ? " is-emphasised" : ""}`}
      aria-label={run.name}
      data-testid="image"
      data-run={run.name}
      data-step={state.shown?.step ?? ""}
      data-state={stateOf(state)}
      {...emphasising(run.name)}
    >
      {wasSeen.current && (
        <>
          <header title={run.name}>
            <Swatch style={styleOfRun(run)} />
            <CutName name={shortName(run.name)} />
            {nothing === null && (
              <StepOf state={state} wanted={wanted.value} isShort={imageFields.size === "small"} />
            )}
            {state.picture !== null && state.shown !== null && (
              <DownloadLink tag={tag} run={run} shown={state.shown} picture={state.picture} />
            )}
          </header>
          <Frame run={run}>
            {nothing !== null ? (
              <p class="quiet">{nothing === NOT_YET ? (images.error.value ?? NOT_YET) : nothing}</p>
            ) : (
              <PictureOrWords state={state} label={`${tag.name}, ${run.name}`}>
                {state.picture !== null && state.picture.parts > 1 && (
                  <button
                    type="button"
                    class="more-samples"
                    title="Show all samples"
                    onClick={() => changeImages({ expanded: tag.name })}
                  >
                    +{state.picture.parts - 1}
                  </button>
                )}
              </PictureOrWords>
            )}
          </Frame>
        </>
      )}
    </section>
  );
}

const NOT_YET = "Asking for the images.";

export function stateOf({ isLoading, problem, picture }: PictureState): string {
  return isLoading ? "loading" : problem !== null ? "problem" : picture === null ? "empty" : "ready";
}

/** What is a run's has the run's colour and dashes around it. */
export function Frame({ run, children }: { run: Run; children: preact.ComponentChildren }) {
  return (
    <div class="image-frame" style={frameOf(run)}>
      {children}
    </div>
  );
}

interface PictureOrWordsProps {
  state: PictureState;
  label: string;
  children?: preact.ComponentChildren;
}

export function PictureOrWords({ state, label, children }: PictureOrWordsProps) {
  const { picture, problem, shown } = state;
  if (problem !== null && shown !== null)
    return (
      <p class="warning-text">
        Not shown ({formatBytes(shown.bytes)}): {problem}
      </p>
    );
  if (picture === null || shown === null)
    return <p class="quiet">{state.isLoading ? "Reading the image." : ""}</p>;
  const size = `${picture.width}×${picture.height}`;
  const batch = picture.parts > 1 ? `, sample 1 of ${plural(picture.parts, "sample")}` : "";
  return (
    <>
      <PictureCanvas picture={picture} label={`${label}, step ${shown.step}, ${size}${batch}`} />
      {children}
    </>
  );
}
