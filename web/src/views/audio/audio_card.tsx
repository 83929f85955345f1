/** One tag: the sounds of all runs below each other on one axis of time, each the one at or before the shared place. */

import { type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Run, Tag } from "../../api/catalogue";
import { HEAT_GRADIENT } from "../../charts/heat_map";
import { useEarlySignalEffect } from "../../kit/early_effect";
import { ExpandButton } from "../../kit/expand_button";
import { CutName } from "../../runs/cut_name";
import { SubjectMenu } from "../steps/card_menu";
import { MoreRuns, RunCount, useRunColumns } from "../steps/run_columns";
import { Samples } from "../steps/samples";
import { audioFields, changeAudio } from "./audio_link";
import { audio, audioTags } from "./audio_values";
import { DEPTH } from "./draw_sound";
import { player, type Voice } from "./player";
import type { Common } from "./sound_plot";
import { groupOf, type Loaded, rowName, SoundRow } from "./sound_row";

export function AudioCard({ tag }: { tag: Tag }) {
  const columns = useRunColumns(tag);
  const { having, shown, wanted } = columns;
  useEarlySignalEffect(() => audio.want(wanted.value.tag.name, wanted.value));
  useEffect(() => () => audio.want(tag.name, null), [tag.name]);
  const loaded = useSignal<Loaded>(new Map());
  const common = useComputed<Common>(() => {
    const all = [...loaded.value.values()];
    return {
      duration: Math.max(0, ...all.map(({ samples }) => samples.frames / samples.sampleRate)) || 1,
      nyquist: Math.max(0, ...all.map(({ samples }) => samples.sampleRate / 2)) || 1,
      peak: Math.max(0, ...all.map(({ peaks }) => peaks.peak)),
    };
  });
  const isLarge = audioFields.expanded === tag.name;
  const voices = shown.value.flatMap((run): Voice[] => {
    const name = rowName(tag.name, run.name, 0);
    const sound = loaded.value.get(name);
    return sound === undefined ? [] : [{ name, samples: sound.samples }];
  });
  return (
    <article
      class={isLarge ? "card audio-card is-expanded" : "card audio-card"}
      data-testid="audio-card"
      data-tag={tag.name}
    >
      <header>
        <h3 title={tag.name}>
          <CutName name={audioTags.nameOf(tag.name)} />
        </h3>
        <RunCount having={having.value.length} />
        {voices.length > 1 && (
          <button
            type="button"
            class="link"
            data-testid="play-together"
            title={`Play the ${voices.length} sounds in sight together, each at its share of the loudness`}
            onClick={() => void player.play(groupOf(tag.name, 0), voices)}
          >
            together
          </button>
        )}
        <SubjectMenu name={tag.name} />
        <ExpandButton
          name={tag.name}
          isExpanded={isLarge}
          title="Expand: all samples, and zoom in time"
          onClick={() => changeAudio({ expanded: isLarge ? null : tag.name, range: null })}
        />
      </header>
      {isLarge && <Bar />}
      {having.value.length === 0 && <p class="quiet padded">No run that is shown has this sound.</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls. */}
      <div class="sounds" tabIndex={0}>
        {shown.value.map((run) => (
          <RunSounds key={run.name} {...{ tag, run, isLarge, loaded, common }} />
        ))}
        <MoreRuns columns={columns} />
      </div>
    </article>
  );
}

interface RunSoundsProps {
  tag: Tag;
  run: Run;
  isLarge: boolean;
  loaded: Signal<Loaded>;
  common: ReadonlySignal<Common>;
}

/** In a large card all samples of a run's value, else the first. */
function RunSounds({ run, ...rest }: RunSoundsProps) {
  const first = useSignal(1);
  if (!rest.isLarge) return <SoundRow {...{ run, ...rest }} part={0} parts={first} />;
  return (
    <Samples run={run} sample={(part, parts) => <SoundRow key={part} {...{ run, ...rest, part, parts }} />} />
  );
}

function Bar() {
  const { range } = audioFields;
  return (
    <div class="large-bar">
      <button
        type="button"
        data-testid="whole"
        disabled={range === null}
        title="Show the whole sounds (double click)"
        onClick={() => changeAudio({ range: null })}
      >
        whole
      </button>
      <span class="quiet">Drag, or Ctrl (⌘) and the wheel, to show a part; click to play from there.</span>
      <span class="sound-legend quiet" aria-hidden="true">
        −{DEPTH} dB <i style={{ background: HEAT_GRADIENT }} /> 0 dB
      </span>
    </div>
  );
}
