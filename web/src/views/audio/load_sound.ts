/** A sound of the log, read and measured. Sounds other than WAV are decoded by the browser, where it can. */

import { fetchMedia, mediaAddress } from "../../api/media";
import type { Stored } from "../steps/media_store";
import type { ShownMedia } from "../steps/shown_media";
import { type Peaks, peaksOf } from "./peaks";
import { Slices } from "./slices";
import { isWav, parseWav, type Samples, SoundError } from "./wav";

/** What can be drawn and heard, or why nothing can. */
export type Content = { samples: Samples; peaks: Peaks; problem: null } | { samples: null; problem: string };

export interface Sound extends Stored {
  /** How many were recorded together. */
  parts: number;
  /** What was recorded beside it, as text; empty where there is nothing. */
  label: string;
  content: Content;
}

/** Hz, of what the browser decodes. */
const DECODED_RATE = 48_000;
/** A compressed sound of more bytes may be hours. */
const MOST_COMPRESSED = 8 << 20;

export async function loadSound(shown: ShownMedia, signal: AbortSignal): Promise<Sound> {
  const { step, parts, label, response } = await fetchMedia(mediaAddress(shown), signal);
  if (step !== shown.step) throw new Error("The run was resumed, and its values are being listed anew.");
  const file = await response.arrayBuffer();
  const content = await contentOf(file, new Slices(signal));
  const bytes = content.samples?.bytes ?? 0;
  return { parts, label, content, bytes, isFull: true, close: () => {} };
}

export async function contentOf(file: ArrayBuffer, slices: Slices): Promise<Content> {
  try {
    const samples = isWav(file) ? parseWav(file) : await decoded(file);
    if (samples.frames === 0) throw new SoundError(`It has no frames (${samples.format}).`);
    return { samples, peaks: await peaksOf(samples, slices), problem: null };
  } catch (error) {
    if (error instanceof SoundError) return { samples: null, problem: error.message };
    throw error;
  }
}

/** By its first bytes: what browsers play beside WAV; null for anything else. */
export function compressedForm(file: ArrayBuffer): string | null {
  const start = String.fromCharCode(...new Uint8Array(file, 0, Math.min(12, file.byteLength)));
  if (start.startsWith("OggS")) return "Ogg";
  if (start.startsWith("fLaC")) return "FLAC";
  if (start.startsWith("ID3") || /^\xff[\xe2-\xff]/u.test(start)) return "MP3";
  return start.slice(4, 8) === "ftyp" ? "MP4" : null;
}

async function decoded(file: ArrayBuffer): Promise<Samples> {
  const form = compressedForm(file);
  if (file.byteLength === 0) throw new SoundError("It has no bytes.");
  if (form === null)
    throw new SoundError("It is no sound that can be read here: WAV, MP3, Ogg, FLAC or MP4.");
  if (file.byteLength > MOST_COMPRESSED)
    throw new SoundError(`It is ${form} of more than 8 MB, and is not decoded here.`);
  let buffer: AudioBuffer;
  try {
    buffer = await new OfflineAudioContext(1, 1, DECODED_RATE).decodeAudioData(file);
  } catch {
    throw new SoundError(`It begins as ${form}, and the browser cannot decode it.`);
  }
  const { numberOfChannels: channels, length: frames, sampleRate } = buffer;
  return {
    ...{ channels, frames, sampleRate, bytes: 4 * frames * channels },
    format: `${form}, decoded by the browser`,
    notes: [`The browser decoded it at ${DECODED_RATE.toLocaleString("en")} Hz.`],
    read: (channel, from, into) => {
      const part = buffer.getChannelData(channel).subarray(from, from + into.length);
      into.set(part);
      into.fill(0, part.length);
    },
  };
}
