/** The audio view: the sounds of all runs below each other, drawn and played in step. */

import { formKeys, sizeKey } from "../steps/card_keys";
import { focusTagFilter } from "../steps/tag_filter";
import { stepKeys, timelineOf } from "../steps/timeline";
import type { View } from "../view";
import { audioFields, changeAudio, SHOWS } from "./audio_link";
import { audio } from "./audio_values";
import { AudioView } from "./audio_view";
import { player } from "./player";
import { Toolbar } from "./toolbar";
import "./audio.css";

export const view: View = {
  Toolbar,
  Timeline: timelineOf(audio.steps),
  Content: AudioView,
  keys: [
    { key: "/", what: "filter tags", run: focusTagFilter },
    { key: " ", what: "play or pause the sound that was played last", run: () => player.toggle() },
    ...formKeys(
      SHOWS,
      { both: "waveform and spectrogram", waveform: "the waveform", spectrogram: "the spectrogram" },
      (shows) => changeAudio({ shows }),
    ),
    sizeKey(
      () => audioFields.expanded,
      (expanded) => changeAudio({ expanded }),
    ),
    ...stepKeys(audio.steps),
  ],
  help: [
    {
      title: "In a sound",
      rows: [
        ["← →", "move the position"],
        ["+ −, Ctrl (⌘) and the wheel", "in a large card: show less or more of the time"],
        ["Shift ← →", "in a large card: move what is shown"],
        ["double click", "show the whole sounds"],
      ],
    },
  ],
  empty: {
    what: "sounds",
    promise: "Each tag becomes a card here, with the sounds of all runs drawn and played in step.",
    line: 'writer.add_audio("speech", samples, step, sample_rate=16000)',
  },
  stepBack: () => {
    if (audioFields.range !== null) changeAudio({ range: null });
    else if (audioFields.expanded !== null) changeAudio({ expanded: null });
    else return false;
    return true;
  },
};
