/** All samples of a run's image at one step, large; each as it is, or with what it is compared with. */

import { type Signal, useComputed, useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useMemo, useRef } from "preact/hooks";
import type { Run, Tag } from "../../api/catalogue";
import { save } from "../../kit/download";
import { formatStep } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { fetchedRuns } from "../../runs/listed_runs";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import { useSight } from "../cards/use_sight";
import { Samples } from "../steps/samples";
import { StepOf } from "../steps/step_of";
import { DownloadLink, fileName } from "./download_link";
import { Frame, stateOf } from "./image_cell";
import { imageFields } from "./image_link";
import { images, referenceOf, type Shown, shownAt } from "./image_values";
import { adjusted, type Drawn, differenceOf, type Source } from "./large_content";
import { LargeTile, type Probe } from "./large_tile";
import type { Picture } from "./load_picture";
import { adjustmentNow, PictureCanvas } from "./picture_canvas";
import { type PictureState, usePicture } from "./use_picture";

interface RunProps {
  tag: Tag;
  run: Run;
  probe: Signal<Probe>;
  /** Where the divider of two pictures is, as a share of the width. */
  divider: Signal<number>;
}

export function LargePictures({ tag, run, probe, divider }: RunProps) {
  return (
    <Samples
      run={run}
      sample={(part, parts) => <LargePicture key={part} {...{ tag, run, part, parts, probe, divider }} />}
    />
  );
}

interface PictureProps extends RunProps {
  part: number;
  /** How many samples there are: told once a picture is here. */
  parts: Signal<number>;
}

function LargePicture({ tag, run, part, parts, probe, divider }: PictureProps) {
  const element = useRef<HTMLElement>(null);
  const isInSight = useSight(element);
  const asked = useSignal({ tag, run });
  if (asked.peek().tag !== tag || asked.peek().run !== run) asked.value = { tag, run };
  const wanted = useComputed(() => {
    const { tag: tagNow, run: runNow } = asked.value;
    const series = images.series(tagNow.name, runNow.name);
    return isInSight.value ? shownAt(tagNow, runNow, series, series?.at ?? null, part) : null;
  });
  const reference = useComputed(() => referenceOf(asked.value.tag, asked.value.run, fetchedRuns.value));
  const wantedReference = useComputed(() => {
    const to = reference.value;
    return isInSight.value && to !== null ? shownAt(asked.value.tag, to.run, to.series, to.at, part) : null;
  });
  const state = usePicture(wanted, true).value;
  const other = usePicture(wantedReference, true).value;
  const { picture, shown } = state;
  if (picture !== null && picture.parts !== parts.peek()) parts.value = picture.parts;
  const to = reference.value;
  const label = `${tag.name}, ${run.name}${part > 0 ? `, sample ${part + 1}` : ""}`;
  return (
    <section
      ref={element}
      class="large-picture"
      aria-label={label}
      data-testid="large-picture"
      data-run={run.name}
      data-part={part}
      data-step={shown?.step ?? ""}
      data-state={to === null ? stateOf(state) : worse(stateOf(state), stateOf(other))}
    >
      <header title={run.name}>
        <Swatch style={styleOfRun(run)} />
        <CutName name={shortName(run.name)} />
        <StepOf state={state} wanted={wanted.value} />
        {parts.value > 1 && (
          <span class="quiet">
            sample {part + 1} of {parts.value}
          </span>
        )}
        {picture !== null && (
          <span class="quiet">
            {picture.width}×{picture.height}
          </span>
        )}
        {to !== null && <span class="quiet">↔ {to.what}</span>}
        {picture !== null && shown !== null && <Saving {...{ tag, run, shown, picture }} />}
      </header>
      <Frame run={run}>
        {picture === null || shown === null ? (
          <Words state={state} isNothing={wanted.value === null && isInSight.value} />
        ) : to === null ? (
          <Alone {...{ picture, probe, label }} />
        ) : (
          <Pair {...{ picture, probe, divider, label }} reference={other} of={wantedReference.value} />
        )}
      </Frame>
    </section>
  );
}

function worse(one: string, other: string): string {
  return ["problem", "loading", "empty"].find((word) => word === one || word === other) ?? "ready";
}

function Words({ state, isNothing }: { state: PictureState; isNothing: boolean }) {
  if (state.problem !== null) return <p class="warning-text">Not shown: {state.problem}</p>;
  return <p class="quiet">{isNothing ? "Nothing was recorded up to here." : "Reading the image."}</p>;
}

function useAdjusted(picture: Picture | null): Source | null {
  const { brightness, contrast, colours } = imageFields;
  return useMemo(
    () => (picture === null ? null : adjusted(picture, adjustmentNow())),
    [picture, brightness, contrast, colours],
  );
}

interface AloneProps {
  picture: Picture;
  probe: Signal<Probe>;
  label: string;
  over?: ComponentChild;
}

function Alone({ picture, probe, label, over }: AloneProps) {
  const source = useAdjusted(picture) as Source;
  const content = useMemo(
    (): Drawn => ({ extent: picture, layers: [{ source, from: 0, to: 1 }], pictures: [picture], over }),
    [picture, source, over],
  );
  // It plays, and has no pixels that stay.
  if (picture.animation !== null) return <PictureCanvas picture={picture} label={label} />;
  return <LargeTile content={content} probe={probe} label={label} />;
}

interface PairProps extends AloneProps {
  reference: PictureState;
  of: Shown | null;
  divider: Signal<number>;
}

function Pair({ picture, reference, of, probe, divider, label }: PairProps) {
  const other = reference.picture;
  if (other === null)
    return (
      <>
        <Alone {...{ picture, probe, label }} />
        <p class="quiet pair-words">
          {of === null
            ? "There is nothing to compare it with."
            : (reference.problem ?? "Reading the image that it is compared with.")}
        </p>
      </>
    );
  const { comparison } = imageFields;
  if (comparison === "difference") return <DifferenceTile {...{ picture, other, probe, label }} />;
  if (comparison === "swipe") return <SwipeTile {...{ picture, other, probe, divider, label }} />;
  return (
    <div class="pair">
      <Alone {...{ picture, probe, label }} />
      <Alone picture={other} {...{ probe }} label={`${label}, compared with`} />
    </div>
  );
}

interface TwoProps extends AloneProps {
  other: Picture;
}

function DifferenceTile({ picture, other, probe, label }: TwoProps) {
  const { brightness, contrast, colours } = imageFields;
  const { source, words } = useMemo(
    () => differenceOf(picture, other, adjustmentNow()),
    [picture, other, brightness, contrast, colours],
  );
  const content = useMemo(
    (): Drawn => ({
      extent: picture,
      layers: source === null ? [] : [{ source, from: 0, to: 1 }],
      pictures: [picture, other],
      over: (
        <p class="quiet pair-words" data-testid="difference">
          {words}
        </p>
      ),
    }),
    [picture, other, source, words],
  );
  return <LargeTile content={content} probe={probe} label={`${label}, difference`} />;
}

function SwipeTile({ picture, other, probe, divider, label }: TwoProps & { divider: Signal<number> }) {
  const [one, two] = [useAdjusted(picture) as Source, useAdjusted(other) as Source];
  const at = divider.value;
  const content = useMemo(
    (): Drawn => ({
      extent: picture,
      layers: [
        { source: one, from: 0, to: at },
        { source: two, from: at, to: 1 },
      ],
      pictures: [picture, other],
      over: (
        <>
          <span class="divider" style={{ left: `${100 * at}%` }} aria-hidden="true" />
          <input
            type="range"
            class="swipe"
            data-testid="swipe"
            aria-label="Where one picture ends and the other begins"
            min={0}
            max={1}
            step={0.005}
            value={at}
            onInput={(event) => {
              divider.value = Number(event.currentTarget.value);
            }}
          />
        </>
      ),
    }),
    [picture, other, one, two, at, divider],
  );
  return <LargeTile content={content} probe={probe} label={`${label}, swipe`} />;
}

/** The picture as it was recorded, and as it is shown. */
function Saving({ tag, run, shown, picture }: { tag: Tag; run: Run; shown: Shown; picture: Picture }) {
  return (
    <>
      <DownloadLink {...{ tag, run, shown, picture }} />
      <button
        type="button"
        class="link"
        title={`Save step ${formatStep(shown.step)} with its brightness, contrast and colours, as PNG`}
        onClick={() => void saveAsShown(tag, run, shown, picture)}
      >
        as shown
      </button>
    </>
  );
}

async function saveAsShown(tag: Tag, run: Run, shown: Shown, picture: Picture): Promise<void> {
  const source = adjusted(picture, adjustmentNow());
  const canvas = new OffscreenCanvas(source.width, source.height);
  canvas.getContext("2d")?.drawImage(source, 0, 0);
  save(await canvas.convertToBlob(), fileName(tag.name, `${run.name}-shown`, shown, "image/png"));
}
