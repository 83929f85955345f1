/** A spectrogram: for each pixel of the time axis the power of each frequency, in dB of a sine of full scale. */

import { Fourier } from "./fourier";
import { MOST_CHANNELS } from "./peaks";
import type { Slices } from "./slices";
import type { Samples } from "./wav";

/** Samples of a window at most: at 16 kHz 64 ms. */
const WINDOW = 1024;
/** Windows of one column at most; a column of a long sound has more samples than they reach. */
export const MOST_WINDOWS = 8;
/** Of silence. */
const FLOOR = -200;

export interface Spectrogram {
  columns: number;
  /** Frequencies of a column: evenly spread from 0 to half of the sample rate. */
  bins: number;
  /** Column by column, in dB. */
  decibels: Float32Array;
  /** The share of the samples that the windows reach: 1 where they reach all. */
  share: number;
}

const transforms = new Map<number, Fourier>();

function fourierOf(size: number): Fourier {
  const known = transforms.get(size) ?? new Fourier(size);
  transforms.set(size, known);
  return known;
}

/** Columns from one frame to another; the mean power of all channels. Short sounds have shorter windows. */
export async function spectrogramOf(
  samples: Samples,
  [from, to]: readonly [number, number],
  columns: number,
  slices: Slices,
): Promise<Spectrogram> {
  const size = Math.min(WINDOW, Math.max(64, 2 ** Math.floor(Math.log2(Math.max(1, samples.frames / 4)))));
  const fourier = fourierOf(size);
  const bins = size / 2 + 1;
  const decibels = new Float32Array(columns * bins).fill(FLOOR);
  const channels = Math.min(samples.channels, MOST_CHANNELS);
  const each = (to - from) / columns;
  const windows = Math.max(1, Math.min(MOST_WINDOWS, Math.round(each / size)));
  const power = new Float64Array(bins);
  const buffer = new Float32Array(size);
  for (let column = 0; column < columns; column++) {
    await slices.breathe();
    if (from + column * each >= samples.frames) break;
    power.fill(0);
    for (let window = 0; window < windows; window++) {
      const middle = from + (column + (window + 0.5) / windows) * each;
      for (let channel = 0; channel < channels; channel++) {
        readAround(samples, channel, Math.round(middle - size / 2), buffer);
        fourier.addPower(buffer, power);
      }
    }
    for (let bin = 0; bin < bins; bin++)
      decibels[column * bins + bin] = Math.max(FLOOR, 10 * Math.log10(power[bin] / (windows * channels)));
  }
  return { columns, bins, decibels, share: Math.min(1, (windows * size) / each) };
}

/** Samples from a frame on, which may be before the first. */
function readAround(samples: Samples, channel: number, start: number, into: Float32Array): void {
  const before = Math.min(into.length, Math.max(0, -start));
  into.fill(0, 0, before);
  samples.read(channel, start + before, before === 0 ? into : into.subarray(before));
}

/** The lowest frequency of a logarithmic axis, in Hz. */
const LOWEST = 30;

export interface FrequencyAxis {
  isLog: boolean;
  /** The highest frequency, in Hz. */
  high: number;
}

/** The frequency at a share of the height, 0 at the bottom. */
export function frequencyAt({ isLog, high }: FrequencyAxis, share: number): number {
  const low = Math.min(LOWEST, high / 10);
  return isLog ? low * (high / low) ** share : high * share;
}

export function shareOf({ isLog, high }: FrequencyAxis, frequency: number): number {
  const low = Math.min(LOWEST, high / 10);
  return isLog ? Math.log(frequency / low) / Math.log(high / low) : frequency / high;
}

/** The dB at a column and a share of the height: the loudest of the frequencies from there to the next share. */
export function levelAt(
  { bins, decibels }: Spectrogram,
  nyquist: number,
  axis: FrequencyAxis,
  column: number,
  share: number,
  next: number,
): number {
  const place = (at: number): number => (frequencyAt(axis, at) / nyquist) * (bins - 1);
  if (place(share) > bins - 1) return FLOOR;
  const first = Math.round(place(share));
  const last = Math.max(first, Math.min(bins - 1, Math.ceil(place(next)) - 1));
  let level = FLOOR;
  for (let bin = first; bin <= last; bin++) level = Math.max(level, decibels[column * bins + bin]);
  return level;
}
