import { expect, it } from "vitest";
import { BLOCK, peaksOf, peaksOfPixels } from "./peaks";
import { Slices } from "./slices";
import { frequencyAt, levelAt, shareOf, spectrogramOf } from "./spectrogram";
import type { Samples } from "./wav";

function soundOf(numbers: Float32Array, sampleRate = 8000): Samples {
  return {
    ...{ sampleRate, channels: 1, frames: numbers.length, format: "", notes: [], bytes: 0 },
    read: (_, from, into) => {
      const part = numbers.subarray(from, from + into.length);
      into.set(part);
      into.fill(0, part.length);
    },
  };
}

const slices = (): Slices => new Slices(new AbortController().signal);

it("has the lowest and highest sample of each pixel, whatever the zoom", async () => {
  const numbers = Float32Array.from({ length: 50 * BLOCK + 7 }, (_, i) => Math.sin(i * i));
  const sound = soundOf(numbers);
  const peaks = await peaksOf(sound, slices());
  expect(peaks.peak).toBe(Math.max(...numbers.map(Math.abs)));
  for (const pixels of [3, 100, 5000]) {
    const { low, high, count } = peaksOfPixels(sound, peaks, 0, [0, numbers.length], pixels);
    expect(count).toBe(pixels);
    const each = numbers.length / pixels;
    for (const pixel of [0, 1, pixels - 1]) {
      const part = numbers.subarray(
        Math.floor(pixel * each),
        Math.max(Math.floor(pixel * each) + 1, Math.ceil((pixel + 1) * each)),
      );
      // Of whole blocks: no less than what is there.
      expect(low[pixel]).toBeLessThanOrEqual(Math.min(...part));
      expect(high[pixel]).toBeGreaterThanOrEqual(Math.max(...part));
      if (pixels === 5000) expect(high[pixel]).toBe(Math.max(...part));
    }
  }
  expect(peaksOfPixels(sound, peaks, 0, [0, 2 * numbers.length], 10).count).toBe(5);
});

it("counts what is not finite, and leaves it out", async () => {
  const sound = soundOf(Float32Array.from([0.5, Number.NaN, Number.POSITIVE_INFINITY, -0.25]));
  const peaks = await peaksOf(sound, slices());
  expect([peaks.peak, peaks.notFinite]).toEqual([0.5, 2]);
  expect([...peaksOfPixels(sound, peaks, 0, [0, 4], 4).isNotFinite]).toEqual([0, 1, 1, 0]);
});

it("has a sine at its frequency with its level", async () => {
  for (const [frequency, amplitude] of [
    [1000, 1],
    [440, 0.1],
  ]) {
    const sound = soundOf(
      Float32Array.from(
        { length: 8192 },
        (_, i) => amplitude * Math.sin((2 * Math.PI * frequency * i) / 8000),
      ),
    );
    const made = await spectrogramOf(sound, [0, 8192], 9, slices());
    const { bins, decibels } = made;
    const column = decibels.subarray(4 * bins, 5 * bins);
    const loudest = column.indexOf(Math.max(...column));
    expect(Math.abs((loudest / (bins - 1)) * 4000 - frequency)).toBeLessThanOrEqual(4000 / (bins - 1));
    expect(Math.abs(column[loudest] - 20 * Math.log10(amplitude))).toBeLessThan(1.5);
    const axis = { isLog: true, high: 4000 };
    const share = shareOf(axis, frequency);
    expect(frequencyAt(axis, share)).toBeCloseTo(frequency);
    const found = levelAt(made, 4000, axis, 4, share - 0.01, share + 0.01);
    expect(found).toBe(column[loudest]);
  }
});

it("says which share of the samples the windows of a long sound reach", async () => {
  const sound = soundOf(new Float32Array(200_000));
  const shareOfPart = async (to: number): Promise<number> =>
    (await spectrogramOf(sound, [0, to], 10, slices())).share;
  // 20,000 samples of a column, of which eight windows of 1,024 are looked at.
  expect(await shareOfPart(200_000)).toBeCloseTo((8 * 1024) / 20_000);
  expect(await shareOfPart(81_920)).toBe(1);
  expect(await shareOfPart(1000)).toBe(1);
});

it("ends when it is not wanted any more", async () => {
  const wish = new AbortController();
  const work = peaksOf(soundOf(new Float32Array(1000)), new Slices(wish.signal));
  wish.abort();
  await expect(
    spectrogramOf(soundOf(new Float32Array(9)), [0, 9], 4, new Slices(wish.signal)),
  ).rejects.toThrow();
  await work;
});
