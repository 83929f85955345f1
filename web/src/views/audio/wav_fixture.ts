/** WAV files as tests need them. */

interface Form {
  code?: number;
  bits?: number;
  channels?: number;
  sampleRate?: number;
  isExtensible?: boolean;
  /** Bytes of a chunk before the samples. */
  junk?: number;
  /** What the header says of the data's length. */
  length?: number;
  /** The data, in place of the values. */
  bytes?: readonly number[];
}

/** A file of values in [-1, 1], of which those of all channels follow each other. */
export function wavOf(values: readonly number[], form: Form): ArrayBuffer {
  const { code = 1, bits = 16, channels = 1, sampleRate = 8000, isExtensible = false, junk = 0 } = form;
  const width = bits / 8;
  const data = Uint8Array.from(form.bytes ?? new Array<number>(values.length * width).fill(0));
  const numbers = new DataView(data.buffer);
  for (const [i, value] of values.entries()) {
    const largest = 2 ** (bits - 1);
    const whole = Math.max(-largest, Math.min(largest - 1, Math.round(value * largest)));
    if (code === 3 && bits === 32) numbers.setFloat32(i * 4, value, true);
    else if (code === 3) numbers.setFloat64(i * 8, value, true);
    else if (bits === 8) data[i] = whole + 128;
    else
      for (let byte = 0; byte < width; byte++) data[i * width + byte] = Math.floor(whole / 256 ** byte) & 255;
  }
  const description = isExtensible ? 40 : 16;
  const gap = junk === 0 ? 0 : 8 + junk + (junk % 2);
  const file = new Uint8Array(28 + description + gap + data.length);
  const view = new DataView(file.buffer);
  const text = (at: number, word: string): void => file.set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, description, true);
  view.setUint16(20, isExtensible ? 0xfffe : code, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * width, true);
  view.setUint16(32, channels * width, true);
  view.setUint16(34, bits, true);
  if (isExtensible) view.setUint16(44, code, true);
  let at = 20 + description;
  if (junk > 0) {
    text(at, "junk");
    view.setUint32(at + 4, junk, true);
    at += gap;
  }
  text(at, "data");
  view.setUint32(at + 4, form.length ?? data.length, true);
  file.set(data, at + 8);
  return file.buffer;
}
