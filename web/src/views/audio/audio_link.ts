/** How sounds are shown: the audio view's part of the link. */

import { slice } from "../../state/link";
import { AUDIO_PARAMETERS } from "./parameters";

export const SHOWS = ["both", "waveform", "spectrogram"] as const;
export type Shows = (typeof SHOWS)[number];
export const FREQUENCIES = ["linear", "logarithmic"] as const;
export type Frequencies = (typeof FREQUENCIES)[number];
/** Up to what a waveform's height and a spectrogram's colours reach: ±1, or the loudest sound of the card. */
export const SCALES = ["full scale", "loudest"] as const;
export type Scale = (typeof SCALES)[number];

export interface AudioState {
  /** The tag whose sounds are large; null for none. */
  expanded: string | null;
  shows: Shows;
  frequencies: Frequencies;
  scale: Scale;
  /** The part of the sounds that is in sight in the large card, in seconds; null for all. */
  range: readonly [number, number] | null;
}

export function encodeAudio(state: AudioState, parameters: URLSearchParams): void {
  const { expanded, shows, frequencies, scale, range } = state;
  if (expanded !== null) parameters.set("large-audio", expanded);
  if (shows !== "both") parameters.set("audio-shows", shows);
  if (frequencies !== "linear") parameters.set("audio-frequencies", frequencies);
  if (scale !== "full scale") parameters.set("audio-scale", scale);
  if (range !== null) parameters.set("audio-time", range.join(","));
}

function word<Word extends string>(words: readonly Word[], text: string | null): Word {
  return words.find((known) => known === text) ?? words[0];
}

function decodeRange(text: string | null): AudioState["range"] {
  const numbers = (text ?? "").split(",").map((part) => (part === "" ? Number.NaN : Number(part)));
  const [from, to] = numbers;
  return numbers.length === 2 && numbers.every(Number.isFinite) && 0 <= from && from < to ? [from, to] : null;
}

export function decodeAudio(parameters: URLSearchParams): AudioState {
  return {
    expanded: parameters.get("large-audio"),
    shows: word(SHOWS, parameters.get("audio-shows")),
    frequencies: word(FREQUENCIES, parameters.get("audio-frequencies")),
    scale: word(SCALES, parameters.get("audio-scale")),
    range: decodeRange(parameters.get("audio-time")),
  };
}

export const { fields: audioFields, change: changeAudio } = slice<AudioState>({
  parameters: AUDIO_PARAMETERS,
  encode: encodeAudio,
  decode: decodeAudio,
  steps: ["expanded", "range"],
});
