/** A sound in numbers, as the card says them. */

import { formatValue, plural, withSeparators } from "../../kit/format";
import type { Peaks } from "./peaks";
import type { Samples } from "./wav";

/** "0.5 s", "8,000 Hz", "1 channel", "4,000 frames", "16-bit PCM", "peak 0.25 (−12 dB)", and what is odd. */
export function factsOf(samples: Samples, { peak, notFinite }: Peaks): string[] {
  const { frames, sampleRate, channels, format } = samples;
  const level = peak > 0 ? ` (${formatValue(20 * Math.log10(peak), 3)} dB)` : "";
  return [
    `${formatValue(frames / sampleRate)} s`,
    `${withSeparators(String(sampleRate))} Hz`,
    plural(channels, "channel"),
    plural(frames, "frame"),
    format,
    `peak ${formatValue(peak)}${level}`,
    ...(notFinite > 0 ? [`${plural(notFinite, "sample")} not finite`] : []),
    ...(channels > 2 ? ["the first two channels are heard"] : []),
    ...(channels > 8 ? ["the first eight are drawn"] : []),
  ];
}
