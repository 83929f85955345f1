/** A sound as a picture: its waveform, a lane for each channel, over its spectrogram, with their axes. */

import { heatColour } from "../../charts/heat_map";
import { durationLabels, durationTicks, linearTicks, logTicks } from "../../charts/ticks";
import { NAN_COLOUR } from "../../kit/colour";
import { tickLabels } from "../../kit/format";
import { type Peaks, peaksOfPixels } from "./peaks";
import { type FrequencyAxis, frequencyAt, levelAt, type Spectrogram, shareOf } from "./spectrogram";
import type { Samples } from "./wav";

/** In CSS pixels: beside and below the plot. */
export const LEFT = 38;
export const BELOW = 16;
/** dB from the loudest colour to the darkest. */
export const DEPTH = 100;

export interface Heights {
  wave: number;
  spectrogram: number;
}

export interface Look {
  /** Seconds at the left and right ends. */
  range: readonly [number, number];
  heights: Heights;
  axis: FrequencyAxis;
  /** The size of a sample at the edge of a waveform's lane; its level is that of the brightest colour. */
  loudest: number;
  colour: string;
}

const COLOURS = Array.from({ length: 256 }, (_, i) =>
  Uint8ClampedArray.of(...heatColour(i, { low: 0, high: 255, isLog: false }), 255),
);

export function drawSound(
  canvas: HTMLCanvasElement,
  { samples, peaks }: { samples: Samples; peaks: Peaks },
  spectrogram: Spectrogram | null,
  look: Look,
): void {
  const context = canvas.getContext("2d");
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (context === null || width <= LEFT) return;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const [line, quiet] = ["--line", "--quiet"].map((name) => style.getPropertyValue(name));
  context.font = `10px ${style.fontFamily}`;
  const plot = width - LEFT;
  if (look.heights.wave > 0) {
    context.fillStyle = quiet;
    context.textAlign = "right";
    context.textBaseline = "middle";
    const label = look.loudest === 1 ? "1" : look.loudest.toPrecision(2);
    context.fillText(`±${label}`, LEFT - 4, 7);
    drawWave(context, samples, peaks, look, plot, line);
  }
  if (look.heights.spectrogram > 0) drawSpectrogram(context, samples, spectrogram, look, plot, quiet);
  drawTimes(context, look, plot, height, line, quiet);
}

function drawWave(
  context: CanvasRenderingContext2D,
  samples: Samples,
  peaks: Peaks,
  { range, heights: { wave }, loudest, colour }: Look,
  plot: number,
  line: string,
): void {
  const lane = wave / peaks.low.length;
  const frames = [range[0] * samples.sampleRate, range[1] * samples.sampleRate] as const;
  for (let channel = 0; channel < peaks.low.length; channel++) {
    const middle = (channel + 0.5) * lane;
    context.fillStyle = line;
    context.fillRect(LEFT, middle, plot, 1);
    const { low, high, isNotFinite, count } = peaksOfPixels(samples, peaks, channel, frames, plot);
    const y = (value: number): number =>
      middle - (Math.max(-1, Math.min(1, value / loudest)) * (lane - 2)) / 2;
    for (let x = 0; x < count; x++) {
      context.fillStyle = colour;
      const top = y(high[x]);
      context.fillRect(LEFT + x, top, 1, Math.max(1, y(low[x]) - top));
      if (isNotFinite[x] === 0) continue;
      context.fillStyle = NAN_COLOUR;
      context.fillRect(LEFT + x, channel * lane, 1, 4);
    }
  }
}

function drawSpectrogram(
  context: CanvasRenderingContext2D,
  samples: Samples,
  spectrogram: Spectrogram | null,
  { heights, axis, loudest }: Look,
  plot: number,
  quiet: string,
): void {
  const { wave: top, spectrogram: height } = heights;
  if (spectrogram !== null) {
    const small = document.createElement("canvas");
    small.width = spectrogram.columns;
    small.height = height;
    const image = new ImageData(spectrogram.columns, height);
    const high = 20 * Math.log10(loudest);
    const nyquist = samples.sampleRate / 2;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < spectrogram.columns; x++) {
        const [from, to] = [1 - (y + 1) / height, 1 - y / height];
        const level = levelAt(spectrogram, nyquist, axis, x, from, to);
        const share = Math.round(255 * Math.min(1, Math.max(0, 1 + (level - high) / DEPTH)));
        image.data.set(COLOURS[share], 4 * (y * spectrogram.columns + x));
      }
    small.getContext("2d")?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, LEFT, top, plot, height);
  }
  const count = Math.max(2, height / 26);
  const ticks = axis.isLog
    ? logTicks(frequencyAt(axis, 0), axis.high, count)
    : linearTicks(0, axis.high, count);
  context.fillStyle = quiet;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [i, label] of tickLabels(ticks).entries()) {
    const y = top + height * (1 - shareOf(axis, ticks[i]));
    context.fillText(label, LEFT - 6, Math.min(top + height - 5, Math.max(top + 6, y)));
    context.fillRect(LEFT - 4, Math.min(top + height - 1, y), 3, 1);
  }
}

function drawTimes(
  context: CanvasRenderingContext2D,
  { range: [from, to] }: Look,
  plot: number,
  height: number,
  line: string,
  quiet: string,
): void {
  const ticks = durationTicks(from, to, plot / 90);
  context.fillStyle = line;
  context.fillRect(LEFT, height - BELOW, plot, 1);
  context.fillStyle = quiet;
  context.textBaseline = "alphabetic";
  for (const [i, label] of durationLabels(ticks).entries()) {
    const x = LEFT + ((ticks[i] - from) / (to - from)) * plot;
    context.fillRect(x, height - BELOW, 1, 3);
    context.textAlign = x > LEFT + plot - 20 ? "right" : x < LEFT + 20 ? "left" : "center";
    context.fillText(label, x, height - 3);
  }
}
