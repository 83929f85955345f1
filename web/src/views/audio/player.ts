/**
 * Plays sounds from their samples, in step: those of a group share their position, and one of them takes over from
 * another where that one is.
 */

import { signal } from "@preact/signals";
import { reasonOf } from "../../kit/reason";
import { Slices } from "./slices";
import type { Samples } from "./wav";

export interface Voice {
  /** Tells it apart from all others. */
  name: string;
  samples: Samples;
}

interface Playing {
  group: string;
  voices: readonly Voice[];
  isPlaying: boolean;
  /** Why nothing is heard; null where something is. */
  problem: string | null;
}

/** Rates that every browser has for its buffers; others are played faster or slower. */
const [LOWEST_RATE, HIGHEST_RATE] = [8000, 96_000];
/** Channels that are heard: the first two of more. */
const MOST_CHANNELS = 2;

const NOTHING: Playing = { group: "", voices: [], isPlaying: false, problem: null };

export class Player {
  /** What was played last. */
  readonly playing = signal<Playing>(NOTHING);
  /** Seconds, of each group; none for one at its start. */
  readonly positions = signal<ReadonlyMap<string, number>>(new Map());
  readonly #makeContext: () => AudioContext;
  #context: AudioContext | null = null;
  #sources: AudioBufferSourceNode[] = [];
  /** Of the voices that were played last: a long sound takes a while to become one. */
  #buffers = new Map<Samples, AudioBuffer>();
  #startedAt = 0;
  #from = 0;
  #wish = new AbortController();

  constructor(makeContext = () => new AudioContext()) {
    this.#makeContext = makeContext;
  }

  position(group: string): number {
    return this.positions.value.get(group) ?? 0;
  }

  /** Whether a voice is heard. */
  isHeard(name: string): boolean {
    const { isPlaying, voices } = this.playing.value;
    return isPlaying && voices.some((voice) => voice.name === name);
  }

  /** Play some voices together, from where their group is; from the start where it is at its end. */
  async play(group: string, voices: readonly Voice[]): Promise<void> {
    this.#halt();
    if (voices.length === 0) return;
    const wish = this.#wish;
    this.playing.value = { group, voices, isPlaying: true, problem: null };
    const end = endOf(voices);
    const from = this.positions.peek().get(group) ?? 0;
    try {
      this.#context ??= this.#makeContext();
      const context = this.#context;
      const [buffers] = await Promise.all([
        Promise.all(
          voices.map(
            ({ samples }) =>
              this.#buffers.get(samples) ?? bufferOf(context, samples, new Slices(wish.signal)),
          ),
        ),
        context.resume(),
      ]);
      if (wish.signal.aborted) return;
      this.#buffers = new Map(voices.map(({ samples }, i) => [samples, buffers[i]]));
      this.#begin(context, voices, buffers, from >= end ? 0 : from);
      this.#follow(group, end, wish.signal);
    } catch (error) {
      if (wish.signal.aborted) return;
      const problem = `The browser cannot play it: ${reasonOf(error)}`;
      this.playing.value = { ...this.playing.peek(), isPlaying: false, problem };
    }
  }

  pause(): void {
    this.#halt();
    this.playing.value = { ...this.playing.peek(), isPlaying: false };
  }

  /** Play or pause what was played last. */
  toggle(): void {
    const { isPlaying, group, voices } = this.playing.peek();
    if (isPlaying) this.pause();
    else void this.play(group, voices);
  }

  /** Go to a place of a group, in seconds; what plays there goes on from it. */
  seek(group: string, seconds: number): void {
    this.#place(group, Math.max(0, seconds));
    const { isPlaying, voices, group: now } = this.playing.peek();
    if (isPlaying && now === group) void this.play(group, voices);
  }

  #place(group: string, seconds: number): void {
    this.positions.value = new Map(this.positions.peek()).set(group, seconds);
  }

  #begin(
    context: AudioContext,
    voices: readonly Voice[],
    buffers: readonly AudioBuffer[],
    from: number,
  ): void {
    const gain = context.createGain();
    gain.gain.value = 1 / voices.length;
    gain.connect(context.destination);
    this.#from = from;
    this.#startedAt = context.currentTime;
    this.#sources = buffers.map((buffer, i) => {
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.playbackRate.value = voices[i].samples.sampleRate / buffer.sampleRate;
      source.connect(gain);
      source.start(0, from * source.playbackRate.value);
      return source;
    });
  }

  /** Move the position with the sound, up to its end. */
  #follow(group: string, end: number, wish: AbortSignal): void {
    const tick = (): void => {
      if (wish.aborted || this.#context === null) return;
      const at = this.#from + this.#context.currentTime - this.#startedAt;
      this.#place(group, Math.min(end, at));
      if (at >= end) this.pause();
      else requestAnimationFrame(tick);
    };
    tick();
  }

  #halt(): void {
    this.#wish.abort();
    this.#wish = new AbortController();
    for (const source of this.#sources) source.stop();
    this.#sources = [];
  }
}

function endOf(voices: readonly Voice[]): number {
  return Math.max(...voices.map(({ samples: { frames, sampleRate } }) => frames / sampleRate));
}

async function bufferOf(context: AudioContext, samples: Samples, slices: Slices): Promise<AudioBuffer> {
  const channels = Math.min(MOST_CHANNELS, samples.channels);
  const rate = Math.min(HIGHEST_RATE, Math.max(LOWEST_RATE, samples.sampleRate));
  const buffer = context.createBuffer(channels, samples.frames, rate);
  const block = new Float32Array(1 << 15);
  for (let channel = 0; channel < channels; channel++)
    for (let from = 0; from < samples.frames; from += block.length) {
      await slices.breathe();
      samples.read(channel, from, block);
      for (let i = 0; i < block.length; i++) if (!Number.isFinite(block[i])) block[i] = 0;
      buffer.copyToChannel(block, channel, from);
    }
  return buffer;
}

export const player = new Player();
