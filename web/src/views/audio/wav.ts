/**
 * WAV files as numbers: read here and not by the browser, which would change the sample rate and say nothing of what is
 * wrong. A header may lie in every field: what the bytes hold counts, and what it says otherwise is told in `notes`.
 */

export interface Samples {
  /** Of a second. */
  sampleRate: number;
  channels: number;
  /** Samples of each channel. */
  frames: number;
  /** As "16-bit PCM". */
  format: string;
  /** What the header has wrong, as sentences. */
  notes: readonly string[];
  /** Bytes of memory. */
  bytes: number;
  /** Fill `into` with the samples of a channel from a frame on: [-1, 1], beyond that where floats are. */
  read(channel: number, from: number, into: Float32Array): void;
}

/** Why a sound cannot be shown, in a sentence. */
export class SoundError extends Error {}

const PCM = 1;
const FLOAT = 3;
const A_LAW = 6;
const MU_LAW = 7;
const EXTENSIBLE = 0xfffe;
const NAMES: ReadonlyMap<number, string> = new Map([
  ...([
    [2, "Microsoft ADPCM"],
    [0x11, "IMA ADPCM"],
    [0x31, "GSM 6.10"],
    [0x50, "MPEG"],
    [0x55, "MP3"],
    [0xff, "AAC"],
    [0x161, "WMA"],
  ] as const),
]);

interface Layout {
  code: number;
  channels: number;
  sampleRate: number;
  /** Of one sample of one channel. */
  width: number;
  bits: number;
}

function textAt(view: DataView, at: number): string {
  if (at + 4 > view.byteLength) return "";
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

/** Whether a file is WAV, whose samples are read here. */
export function isWav(file: ArrayBuffer): boolean {
  const view = new DataView(file);
  return ["RIFF", "RF64", "RIFX"].includes(textAt(view, 0)) && textAt(view, 8) === "WAVE";
}

/** Throws a SoundError for what has no samples that can be read. */
export function parseWav(file: ArrayBuffer): Samples {
  const view = new DataView(file);
  if (!isWav(file)) throw new SoundError("It is no WAV file.");
  if (textAt(view, 0) === "RIFX") throw new SoundError("It is a WAV file of big-endian numbers (RIFX).");
  const notes: string[] = [];
  let layout: Layout | null = null;
  let data: { start: number; length: number } | null = null;
  for (let at = 12; at + 8 <= view.byteLength && data === null; ) {
    const [name, size, start] = [textAt(view, at), view.getUint32(at + 4, true), at + 8];
    if (name === "fmt ") layout = layoutAt(view, start, Math.min(size, view.byteLength - start));
    if (name === "data") data = { start, length: lengthOfData(view, start, size, notes) };
    at = start + size + (size % 2);
  }
  if (layout === null) throw new SoundError("The WAV file has no description of its samples.");
  if (data === null) throw new SoundError("The WAV file has no data.");
  if (layout.channels === 0) throw new SoundError("The WAV file has 0 channels.");
  if (layout.sampleRate === 0)
    throw new SoundError("The WAV file has a sample rate of 0: it has no duration.");
  return samplesOf(file, layout, data, notes);
}

function layoutAt(view: DataView, at: number, size: number): Layout {
  if (size < 16) throw new SoundError("The WAV file's description of its samples is cut off.");
  let code = view.getUint16(at, true);
  const [channels, sampleRate] = [view.getUint16(at + 2, true), view.getUint32(at + 4, true)];
  const [frame, bits] = [view.getUint16(at + 12, true), view.getUint16(at + 14, true)];
  // The format proper is the beginning of a GUID.
  if (code === EXTENSIBLE && size >= 26) code = view.getUint16(at + 24, true);
  const least = Math.ceil(bits / 8);
  const each = channels > 0 ? frame / channels : 0;
  // Fewer bits than the bytes have room for are the upper ones.
  const width = Number.isInteger(each) && each >= least && each <= 8 && each > 0 ? each : least;
  return { code, channels, sampleRate, width, bits };
}

/** The bytes of samples that are there, whatever the header says. */
function lengthOfData(view: DataView, start: number, size: number, notes: string[]): number {
  const rest = view.byteLength - start;
  const isWithoutEnd = size === 0xffffffff || (size === 0 && rest > 0 && !isChunk(view, start));
  if (isWithoutEnd) notes.push("The header says no length: all bytes up to the end of the file are samples.");
  else if (size > rest)
    notes.push(
      `It is cut off: of ${size.toLocaleString("en")} bytes of samples ${rest.toLocaleString("en")} are there.`,
    );
  return isWithoutEnd ? rest : Math.min(size, rest);
}

function isChunk(view: DataView, at: number): boolean {
  return (
    /^[\x20-\x7e]{4}$/u.test(textAt(view, at)) &&
    at + 8 <= view.byteLength &&
    view.getUint32(at + 4, true) <= view.byteLength - at - 8
  );
}

type Read = (index: number) => number;

function samplesOf(
  file: ArrayBuffer,
  { code, channels, sampleRate, width, bits }: Layout,
  { start, length }: { start: number; length: number },
  notes: string[],
): Samples {
  const name = formatName(code, bits);
  const frames = width === 0 ? 0 : Math.floor(length / (width * channels));
  const sample = readerOf(file, code, width, start, frames * channels);
  if (sample === null) throw new SoundError(`Its samples are ${name}, which cannot be read here.`);
  return {
    ...{ sampleRate, channels, frames, notes, format: name, bytes: file.byteLength },
    read: (channel, from, into) => {
      const count = Math.min(into.length, frames - from);
      for (let i = 0, at = from * channels + channel; i < count; i++, at += channels) into[i] = sample(at);
      into.fill(0, Math.max(0, count));
    },
  };
}

function formatName(code: number, bits: number): string {
  if (code === PCM) return `${bits}-bit PCM`;
  if (code === FLOAT) return `${bits}-bit float`;
  if (code === A_LAW) return "A-law";
  if (code === MU_LAW) return "µ-law";
  return NAMES.get(code) ?? `of the unknown format ${code}`;
}

/** How one sample is read, by its place among those of all channels; null for a format that is not known. */
function readerOf(file: ArrayBuffer, code: number, width: number, start: number, count: number): Read | null {
  const bytes = new Uint8Array(file, start);
  /** An array of numbers on the file's bytes; on a copy where they lie at an odd place. */
  const on = <Numbers>(
    type: new (buffer: ArrayBuffer, offset: number, length: number) => Numbers,
  ): Numbers =>
    start % width === 0
      ? new type(file, start, count)
      : new type(file.slice(start, start + count * width), 0, count);
  if (code === PCM && width === 1) return (i) => (bytes[i] - 128) / 128;
  if (code === PCM && width === 2) return scaled(on(Int16Array), 1 << 15);
  if (code === PCM && width === 3)
    return (i) => ((bytes[3 * i] << 8) | (bytes[3 * i + 1] << 16) | (bytes[3 * i + 2] << 24)) / 2 ** 31;
  if (code === PCM && width === 4) return scaled(on(Int32Array), 2 ** 31);
  if (code === FLOAT && width === 4) return scaled(on(Float32Array), 1);
  if (code === FLOAT && width === 8) return scaled(on(Float64Array), 1);
  if ((code === A_LAW || code === MU_LAW) && width === 1) {
    const table = Float32Array.from({ length: 256 }, (_, byte) =>
      code === A_LAW ? aLaw(byte) : muLaw(byte),
    );
    return (i) => table[bytes[i]];
  }
  return null;
}

function scaled(numbers: ArrayLike<number>, largest: number): Read {
  return (i) => numbers[i] / largest;
}

/** ITU-T G.711: 13 bits of a sample in eight. */
function aLaw(byte: number): number {
  const turned = byte ^ 0x55;
  const [exponent, mantissa] = [(turned >> 4) & 7, turned & 15];
  const size = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
  return ((turned & 0x80) === 0 ? -size : size) / 32768;
}

/** ITU-T G.711: 14 bits of a sample in eight. */
function muLaw(byte: number): number {
  const turned = ~byte & 0xff;
  const size = ((((turned & 15) << 3) + 0x84) << ((turned >> 4) & 7)) - 0x84;
  return ((turned & 0x80) !== 0 ? -size : size) / 32768;
}
