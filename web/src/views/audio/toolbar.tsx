/** What holds for all sounds: filter, and how they are drawn. */

import { Choice } from "../../kit/choice";
import { StepsToolbar } from "../steps/steps_toolbar";
import { audioFields, changeAudio, FREQUENCIES, SCALES, SHOWS } from "./audio_link";
import { audioTags } from "./audio_values";

export function Toolbar() {
  const { shows, frequencies, scale } = audioFields;
  return (
    <StepsToolbar tags={audioTags}>
      <Choice
        label="show"
        testId="audio-shows"
        words={SHOWS}
        title="Waveforms, spectrograms, or both"
        value={shows}
        isSet={shows !== "both"}
        onChange={(chosen) => changeAudio({ shows: chosen })}
      />
      <Choice
        label="frequencies"
        testId="audio-frequencies"
        words={FREQUENCIES}
        value={frequencies}
        isSet={frequencies !== "linear"}
        onChange={(chosen) => changeAudio({ frequencies: chosen })}
      />
      <Choice
        label="up to"
        testId="audio-scale"
        words={SCALES}
        value={scale}
        isSet={scale !== "full scale"}
        title="What the height of a waveform and the brightest colour stand for: ±1, or the loudest sound of the card"
        onChange={(chosen) => changeAudio({ scale: chosen })}
      />
    </StepsToolbar>
  );
}
