/** The lowest and highest samples of stretches: of whole blocks once, and then of each pixel of any zoom. */

import type { Slices } from "./slices";
import type { Samples } from "./wav";

/** Frames of a block. */
export const BLOCK = 256;

export interface Peaks {
  /** Of each block of each channel. */
  low: readonly Float32Array[];
  high: readonly Float32Array[];
  /** Blocks with samples that are not finite, of each channel. */
  marks: readonly Uint8Array[];
  /** The largest size of a finite sample. */
  peak: number;
  /** Samples of all channels that are NaN or infinite; they are left out of the rest. */
  notFinite: number;
}

/** Channels that are drawn; files may promise 65,535. */
export const MOST_CHANNELS = 8;

export async function peaksOf(samples: Samples, slices: Slices): Promise<Peaks> {
  const channels = Math.min(samples.channels, MOST_CHANNELS);
  const blocks = Math.ceil(samples.frames / BLOCK);
  const made = <Numbers>(make: (length: number) => Numbers): Numbers[] =>
    Array.from({ length: channels }, () => make(blocks));
  const low = made((length) => new Float32Array(length));
  const high = made((length) => new Float32Array(length));
  const marks = made((length) => new Uint8Array(length));
  let [peak, notFinite] = [0, 0];
  const buffer = new Float32Array(BLOCK);
  for (let channel = 0; channel < channels; channel++) {
    for (let block = 0; block < blocks; block++) {
      if (block % 64 === 0) await slices.breathe();
      const count = Math.min(BLOCK, samples.frames - block * BLOCK);
      samples.read(channel, block * BLOCK, buffer);
      const [least, most, odd] = extremes(buffer, 0, count);
      low[channel][block] = least;
      high[channel][block] = most;
      peak = Math.max(peak, -least, most);
      notFinite += odd;
      if (odd > 0) marks[channel][block] = 1;
    }
  }
  return { low, high, marks, peak, notFinite };
}

/** The lowest and the highest finite number of a stretch, and how many are not finite; zeros where none is. */
function extremes(numbers: Float32Array, from: number, to: number): [number, number, number] {
  let [least, most, odd] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = from; i < to; i++) {
    const number = numbers[i];
    if (!Number.isFinite(number)) {
      odd++;
      continue;
    }
    if (number < least) least = number;
    if (number > most) most = number;
  }
  return least > most ? [0, 0, odd] : [least, most, odd];
}

export interface PixelPeaks {
  low: Float32Array;
  high: Float32Array;
  isNotFinite: Uint8Array;
  /** How many pixels have samples: those behind the end have none. */
  count: number;
}

/** Of a channel, for so many pixels from one frame to another. */
export function peaksOfPixels(
  samples: Samples,
  peaks: Peaks,
  channel: number,
  [from, to]: readonly [number, number],
  pixels: number,
): PixelPeaks {
  const low = new Float32Array(pixels);
  const high = new Float32Array(pixels);
  const isNotFinite = new Uint8Array(pixels);
  const each = (to - from) / pixels;
  const isByBlock = each >= 4 * BLOCK;
  const buffer = new Float32Array(isByBlock ? 0 : Math.ceil(each) + 1);
  let count = 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const first = Math.max(0, Math.floor(from + pixel * each));
    const last = Math.min(samples.frames, Math.max(first + 1, Math.ceil(from + (pixel + 1) * each)));
    if (first >= samples.frames) break;
    count++;
    let found: [number, number, number];
    if (isByBlock) found = ofBlocks(peaks, channel, Math.floor(first / BLOCK), Math.ceil(last / BLOCK));
    else {
      samples.read(channel, first, buffer);
      found = extremes(buffer, 0, Math.min(buffer.length, last - first));
    }
    [low[pixel], high[pixel], isNotFinite[pixel]] = [found[0], found[1], Number(found[2] > 0)];
  }
  return { low, high, isNotFinite, count };
}

function ofBlocks(
  { low, high, marks }: Peaks,
  channel: number,
  from: number,
  to: number,
): [number, number, number] {
  let [least, most, odd] = [low[channel][from], high[channel][from], 0];
  for (let block = from; block < to; block++) {
    least = Math.min(least, low[channel][block]);
    most = Math.max(most, high[channel][block]);
    odd += marks[channel][block];
  }
  return [least, most, odd];
}
