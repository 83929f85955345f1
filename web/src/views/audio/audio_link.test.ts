// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { type AudioState, decodeAudio, encodeAudio } from "./audio_link";
import { AUDIO_PARAMETERS } from "./parameters";

function encoded(state: AudioState): URLSearchParams {
  const parameters = new URLSearchParams();
  encodeAudio(state, parameters);
  return parameters;
}

it("is empty at first, and holds everything", () => {
  const initial: AudioState = {
    ...{ expanded: null, shows: "both", frequencies: "linear", scale: "full scale", range: null },
  };
  expect(String(encoded(initial))).toBe("");
  expect(decodeAudio(new URLSearchParams())).toEqual(initial);
  const state: AudioState = {
    ...{ expanded: "a&b", shows: "waveform", frequencies: "logarithmic", scale: "loudest", range: [0.5, 2] },
  };
  expect(decodeAudio(encoded(state))).toEqual(state);
  expect([...encoded(state).keys()]).toEqual([...AUDIO_PARAMETERS]);
  for (const text of ["audio-time=2,1", "audio-time=1", "audio-time=-1,2", "audio-time=a,b", "audio-shows=x"])
    expect(decodeAudio(new URLSearchParams(text))).toEqual(initial);
});
