/** The parameters of the link that the audio view owns: of the registry, and of the slice once it is loaded. */

export const AUDIO_PARAMETERS = [
  "large-audio",
  "audio-shows",
  "audio-frequencies",
  "audio-scale",
  "audio-time",
] as const;
