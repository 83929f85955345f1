/** A sound drawn, with its position: a click goes to a place, and in a large card a drag shows a part. */

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Run } from "../../api/catalogue";
import { formatValue, withSeparators } from "../../kit/format";
import { styleOfRun } from "../../runs/styles";
import { theme } from "../../state/preferences";
import { useSize } from "../cards/use_sight";
import { audioFields, changeAudio } from "./audio_link";
import { BELOW, drawSound, type Heights, LEFT, type Look } from "./draw_sound";
import type { Peaks } from "./peaks";
import { player } from "./player";
import { useWheelZoom, zoomByKey } from "./plot_zoom";
import { Slices } from "./slices";
import { frequencyAt, levelAt, MOST_WINDOWS, type Spectrogram, spectrogramOf } from "./spectrogram";
import { withPlace } from "./time_zoom";
import type { Samples } from "./wav";

export interface Drawable {
  samples: Samples;
  peaks: Peaks;
}

/** What the sounds of a card have in common, so that they are drawn alike. */
export interface Common {
  /** Seconds of the longest. */
  duration: number;
  /** Half of the highest sample rate, in Hz. */
  nyquist: number;
  /** The largest size of a sample. */
  peak: number;
}

interface PlotProps {
  sound: Drawable;
  run: Run;
  label: string;
  group: string;
  common: ReadonlySignal<Common>;
  isLarge: boolean;
}

/** Of a small card's row. */
function heightsOf(isLarge: boolean, channels: number): Heights {
  const { shows } = audioFields;
  const room = isLarge ? Math.min(320, 80 * Math.max(1, channels)) + 160 : 104;
  if (shows === "waveform") return { wave: isLarge ? room - 160 : room, spectrogram: 0 };
  if (shows === "spectrogram") return { wave: 0, spectrogram: isLarge ? 240 : room };
  return isLarge ? { wave: room - 160, spectrogram: 160 } : { wave: 44, spectrogram: 60 };
}

/** Of the plot with its axis of time. */
export function plotHeight(isLarge: boolean, channels: number): number {
  const { wave, spectrogram } = heightsOf(isLarge, channels);
  return wave + spectrogram + BELOW;
}

/** An arrow key moves by so large a share of what is in sight. */
const KEY_STEP = 1 / 50;

export function SoundPlot({ sound, run, label, group, common, isLarge }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const { width } = size.value;
  const { samples, peaks } = sound;
  const { duration, nyquist, peak } = common.value;
  const [from, to] = (isLarge ? audioFields.range : null) ?? [0, duration];
  const heights = heightsOf(isLarge, peaks.low.length);
  const spectrogram = useSpectrogram(samples, [from, to], heights.spectrogram > 0 ? width - LEFT : 0);
  const look: Look = {
    ...{ range: [from, to], heights, colour: styleOfRun(run).colour },
    axis: { isLog: audioFields.frequencies === "logarithmic", high: nyquist },
    loudest: audioFields.scale === "loudest" && peak > 0 ? peak : 1,
  };
  // Not while a position or a pointer moves over it.
  useLayoutEffect(() => {
    if (canvas.current !== null && width > 0) drawSound(canvas.current, sound, spectrogram, look);
  }, [sound, spectrogram, JSON.stringify(look), width, theme.value]);
  const pointed = useSignal<{ x: number; y: number } | null>(null);
  const drag = useSignal<number | null>(null);
  const plot = Math.max(1, width - LEFT);
  const secondsAt = (x: number): number => from + Math.min(1, Math.max(0, (x - LEFT) / plot)) * (to - from);
  useWheelZoom(
    frame,
    duration,
    isLarge ? (clientX) => secondsAt(clientX - (frame.current?.getBoundingClientRect().left ?? 0)) : null,
  );
  const position = player.position(group);
  const share = (position - from) / (to - from);
  const height = heights.wave + heights.spectrogram;
  const length = samples.frames / samples.sampleRate;
  return (
    <div
      ref={frame}
      class="sound-plot"
      style={{ height: `${plotHeight(isLarge, peaks.low.length)}px` }}
      role="slider"
      tabIndex={0}
      aria-label={`Position in ${label}`}
      aria-valuemin={0}
      aria-valuemax={length}
      aria-valuenow={Math.min(position, length)}
      aria-valuetext={`${formatValue(position, 4)} of ${formatValue(length, 4)} seconds`}
      data-testid="sound-plot"
      data-spectrogram={spectrogram === null ? "" : "ready"}
      onPointerDown={(event) => {
        if (event.button === 0) drag.value = placeIn(event).x;
      }}
      onPointerMove={(event) => {
        pointed.value = placeIn(event);
      }}
      onPointerLeave={() => {
        pointed.value = null;
        drag.value = null;
      }}
      onPointerUp={(event) => {
        const { x } = placeIn(event);
        const start = drag.value;
        drag.value = null;
        if (start === null) return;
        const [one, other] = [secondsAt(Math.min(x, start)), secondsAt(Math.max(x, start))];
        if (!isLarge || Math.abs(x - start) < 4) player.seek(group, Math.min(length, secondsAt(x)));
        else if (other > one) changeAudio({ range: [one, other] });
      }}
      onDblClick={() => {
        if (isLarge) changeAudio({ range: null });
      }}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
        if (isLarge && zoomByKey(event, player.position(group), duration)) event.preventDefault();
        else if (by !== 0) {
          event.preventDefault();
          const place = Math.min(length, Math.max(0, player.position(group) + by * KEY_STEP * (to - from)));
          player.seek(group, place);
          if (isLarge) changeAudio({ range: withPlace(audioFields.range, place, duration) });
        }
      }}
    >
      <canvas ref={canvas} />
      {position > 0 && share >= 0 && share <= 1 && (
        <span class="sound-position" style={{ left: `${LEFT + share * plot}px`, height: `${height}px` }} />
      )}
      {drag.value !== null && pointed.value !== null && isLarge && (
        <span
          class="sound-selection"
          style={{
            left: `${Math.min(drag.value, pointed.value.x)}px`,
            width: `${Math.abs(drag.value - pointed.value.x)}px`,
            height: `${height}px`,
          }}
        />
      )}
      {spectrogram !== null && spectrogram.share < 1 && (
        <span
          class="sound-sampled"
          data-testid="sampled"
          style={{ bottom: `${BELOW}px` }}
          title={`Each column of the spectrogram is the mean of ${MOST_WINDOWS} windows, and has more samples than they reach: a part of the sound shows more of it.`}
        >
          {formatShare(spectrogram.share)} of the samples
        </span>
      )}
      {pointed.value !== null && pointed.value.x >= LEFT && (
        <output class="sound-value" data-testid="sound-value">
          {readout(sound, spectrogram, look, pointed.value, (pointed.value.x - LEFT) / plot)}
        </output>
      )}
    </div>
  );
}

/** "8 %", and never "0 %" or "100 %" for a part. */
function formatShare(share: number): string {
  return `${Math.min(99, Math.max(1, Math.round(100 * share)))} %`;
}

function placeIn(event: { currentTarget: HTMLElement; clientX: number; clientY: number }): {
  x: number;
  y: number;
} {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

/** What is under the pointer: the samples there, or the level of a frequency. */
function readout(
  { samples, peaks }: Drawable,
  spectrogram: Spectrogram | null,
  { range: [from, to], heights, axis }: Look,
  { y }: { y: number },
  share: number,
): string {
  const seconds = from + share * (to - from);
  const frame = Math.floor(seconds * samples.sampleRate);
  const at = `${formatValue(seconds, 4)} s`;
  if (frame < 0 || frame >= samples.frames) return `${at}: behind the end`;
  if (y < heights.wave) {
    const sample = new Float32Array(1);
    const values = peaks.low.map((_, channel) => {
      samples.read(channel, frame, sample);
      return formatValue(sample[0], 4);
    });
    return `${at}, frame ${withSeparators(String(frame))}: ${values.join(", ")}`;
  }
  const up = 1 - (y - heights.wave) / heights.spectrogram;
  if (spectrogram === null || up < 0) return at;
  const column = Math.min(spectrogram.columns - 1, Math.floor(share * spectrogram.columns));
  const each = 1 / heights.spectrogram;
  const level = levelAt(spectrogram, samples.sampleRate / 2, axis, column, up - each / 2, up + each / 2);
  return `${at}, ${formatValue(frequencyAt(axis, up), 3)} Hz: ${formatValue(level, 3)} dB`;
}

/** The spectrogram of what is in sight; the one before stays until it is there. */
function useSpectrogram(
  samples: Samples,
  [from, to]: readonly [number, number],
  columns: number,
): Spectrogram | null {
  const found = useSignal<Spectrogram | null>(null);
  useEffect(() => {
    if (columns <= 0 || !(to > from)) return;
    const wish = new AbortController();
    const frames = [from * samples.sampleRate, to * samples.sampleRate] as const;
    spectrogramOf(samples, frames, Math.round(columns), new Slices(wish.signal)).then(
      (made) => {
        found.value = made;
      },
      (error: unknown) => {
        if (!wish.signal.aborted) throw error;
      },
    );
    return () => wish.abort();
  }, [samples, from, to, columns]);
  return found.value;
}
