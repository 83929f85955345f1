/** A run's sound in a card: what it is, its picture in a frame of the run's colour, and its button to play it. */

import { type ReadonlySignal, type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Run, Tag } from "../../api/catalogue";
import { mediaAddress } from "../../api/media";
import { formatBytes } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import { emphasis, emphasising } from "../../state/emphasis";
import { placeFields } from "../../state/place";
import { useSight } from "../cards/use_sight";
import { frameOf } from "../steps/run_frame";
import { shownAt } from "../steps/shown_media";
import { StepOf } from "../steps/step_of";
import { useMedia } from "../steps/use_media";
import { audio, sounds } from "./audio_values";
import { factsOf } from "./facts";
import { loadSound } from "./load_sound";
import { player } from "./player";
import { type Common, type Drawable, plotHeight, SoundPlot } from "./sound_plot";

/** The sounds of a card that are here, by the names of their rows. */
export type Loaded = ReadonlyMap<string, Drawable>;

interface RowProps {
  tag: Tag;
  run: Run;
  part: number;
  isLarge: boolean;
  loaded: Signal<Loaded>;
  common: ReadonlySignal<Common>;
  /** How many samples the value has: told once a sound is here. */
  parts: Signal<number>;
}

export function groupOf(tag: string, part: number): string {
  return JSON.stringify([tag, part]);
}

export function rowName(tag: string, run: string, part: number): string {
  return JSON.stringify([tag, run, part]);
}

export function SoundRow({ tag, run, part, isLarge, loaded, common, parts }: RowProps) {
  const element = useRef<HTMLElement>(null);
  const isInSight = useSight(element);
  const asked = useSignal({ tag, run });
  if (asked.peek().tag !== tag || asked.peek().run !== run) asked.value = { tag, run };
  const series = useComputed(() => audio.series(asked.value.tag.name, asked.value.run.name));
  const wanted = useComputed(() => {
    const { tag: tagNow, run: runNow } = asked.value;
    return isInSight.value ? shownAt(tagNow, runNow, series.value, series.value?.at ?? null, part) : null;
  });
  const state = useMedia(sounds, wanted, true, loadSound);
  const name = rowName(tag.name, run.name, part);
  const group = groupOf(tag.name, part);
  useSignalEffect(() => {
    const content = state.value.media?.content;
    if (content?.samples === undefined || content.samples === null) return;
    if (loaded.peek().get(name)?.samples === content.samples) return;
    loaded.value = new Map(loaded.peek()).set(name, content);
    // Another step of what is heard takes over where it is, unless it came by itself.
    const { voices, isPlaying } = player.playing.peek();
    if (isPlaying && placeFields.place !== null && voices.some((voice) => voice.name === name))
      void player.play(
        group,
        voices.map((voice) => (voice.name === name ? { name, samples: content.samples } : voice)),
      );
  });
  useEffect(
    () => () => {
      const rest = new Map(loaded.peek());
      rest.delete(name);
      loaded.value = rest;
    },
    [name, loaded],
  );
  const { media, shown, problem, isLoading } = state.value;
  if (media !== null && media.parts !== parts.peek()) parts.value = media.parts;
  const content = media?.content ?? null;
  const why = problem ?? content?.problem ?? null;
  const isNothing = series.value !== null && series.value.at === null;
  // A row has its height before its sound is there, so that nothing below it moves.
  const height = content === null && why === null && !isNothing ? `${plotHeight(isLarge, 1)}px` : "";
  const isHeard = player.isHeard(name);
  const { playing } = player;
  const label = `${tag.name}, ${run.name}${part > 0 ? `, sample ${part + 1}` : ""}`;
  return (
    <section
      ref={element}
      class={`sound${emphasis.value === run.name ? " is-emphasised" : ""}`}
      aria-label={label}
      data-testid="sound"
      data-run={run.name}
      data-part={part}
      data-step={shown?.step ?? ""}
      data-state={isLoading ? "loading" : why !== null ? "problem" : content === null ? "empty" : "ready"}
      {...emphasising(run.name)}
    >
      <header title={run.name}>
        <button
          type="button"
          class="icon"
          data-testid="play"
          aria-label={`${isHeard ? "Pause" : "Play"} ${label}`}
          title={isHeard ? "Pause (Space)" : "Play from where the sounds of this card are"}
          disabled={content?.samples == null}
          onClick={() => {
            if (isHeard) player.pause();
            else if (content?.samples != null) void player.play(group, [{ name, samples: content.samples }]);
          }}
        >
          {isHeard ? "❚❚" : "▶"}
        </button>
        <Swatch style={styleOfRun(run)} />
        <CutName name={shortName(run.name)} />
        {!isNothing && <StepOf state={state.value} wanted={wanted.value} />}
        {parts.value > 1 && (
          <span class="quiet">
            sample {part + 1} of {parts.value}
          </span>
        )}
        {media !== null && media.label !== "" && (
          <span class="sound-label" data-testid="sound-label" title={media.label}>
            {media.label}
          </span>
        )}
        {content?.samples != null && <Facts sound={content} />}
        {shown !== null && (
          <a
            class="sound-download"
            data-testid="download"
            href={mediaAddress(shown)}
            download={fileName(tag.name, run.name, shown.step, part, content?.samples?.format ?? "")}
            title="Save the sound as it was recorded"
            aria-label={`Save ${label} as it was recorded`}
          >
            ↓
          </a>
        )}
      </header>
      <div class="sound-frame" style={{ ...frameOf(run), minHeight: height }}>
        {isNothing ? (
          <p class="quiet">Nothing was recorded up to here.</p>
        ) : why !== null && shown !== null ? (
          <p class="warning-text">
            Not shown ({formatBytes(shown.bytes)}): {why}
          </p>
        ) : content?.samples == null ? (
          <p class="quiet">{audio.error.value ?? "Reading the sound."}</p>
        ) : (
          <SoundPlot sound={content} {...{ run, label, group, common, isLarge }} />
        )}
      </div>
      {content?.samples != null && content.samples.notes.length > 0 && (
        <p class="warning-text sound-note">{content.samples.notes.join(" ")}</p>
      )}
      {playing.value.problem !== null && playing.value.voices.some((voice) => voice.name === name) && (
        <p class="warning-text sound-note">{playing.value.problem}</p>
      )}
    </section>
  );
}

function Facts({ sound: { samples, peaks } }: { sound: Drawable }) {
  const facts = factsOf(samples, peaks).join(" · ");
  return (
    <span class="quiet sound-facts" data-testid="sound-facts" title={facts}>
      {facts}
    </span>
  );
}

/** "tone-adam-step300.wav": a name that every system takes. */
function fileName(tag: string, run: string, step: number, part: number, format: string): string {
  const name = [tag, run, `step${step}`, ...(part > 0 ? [`sample${part + 1}`] : [])].join("-");
  const ending = /^(MP3|Ogg|FLAC|MP4),/u.exec(format)?.[1].toLowerCase() ?? (format === "" ? "bin" : "wav");
  return `${name.replaceAll(/[^\p{L}\p{N}.-]+/gu, "_").slice(0, 180)}.${ending}`;
}
