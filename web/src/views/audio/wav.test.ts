import { expect, it } from "vitest";
import { parseWav } from "./wav";
import { wavOf } from "./wav_fixture";

const VALUES = [0, 0.5, -0.5, 0.25, -1, 0.75];

function samplesOf(file: ArrayBuffer, channel = 0): number[] {
  const samples = parseWav(file);
  const into = new Float32Array(samples.frames);
  samples.read(channel, 0, into);
  return [...into];
}

it.each([
  { code: 1, bits: 8 },
  { code: 1, bits: 16 },
  { code: 1, bits: 24 },
  { code: 1, bits: 32 },
  { code: 3, bits: 32 },
  { code: 3, bits: 64 },
])("reads what was written with %o, also as extensible, and behind chunks of odd sizes", (form) => {
  for (const more of [{}, { isExtensible: true }, { junk: 3 }, { junk: 4, isExtensible: true }]) {
    const file = wavOf(VALUES, { ...form, ...more });
    expect(samplesOf(file)).toEqual(VALUES);
    const { format, sampleRate, channels, frames, notes } = parseWav(file);
    expect([sampleRate, channels, frames, notes]).toEqual([8000, 1, 6, []]);
    expect(format).toBe(`${form.bits}-bit ${form.code === 1 ? "PCM" : "float"}`);
  }
});

it("tells channels apart", () => {
  const file = wavOf(VALUES, { channels: 2 });
  expect([samplesOf(file, 0), samplesOf(file, 1)]).toEqual([
    [0, -0.5, -1],
    [0.5, 0.25, 0.75],
  ]);
});

it("decodes A-law and µ-law", () => {
  // G.711: the largest and smallest code words of each sign.
  expect(samplesOf(wavOf([], { code: 6, bits: 8, bytes: [0xd5, 0x55, 0xaa, 0x2a] }))).toEqual(
    [8, -8, 32256, -32256].map((sample) => sample / 32768),
  );
  expect(samplesOf(wavOf([], { code: 7, bits: 8, bytes: [0xff, 0x7f, 0x80, 0x00] }))).toEqual(
    [0, -0, 32124, -32124].map((sample) => sample / 32768),
  );
});

it("takes the bytes that are there, whatever the header says, and says so", () => {
  const cut = wavOf(VALUES, {}).slice(0, -5);
  expect(parseWav(cut).frames).toBe(3);
  expect(parseWav(cut).notes[0]).toContain("of 12 bytes of samples 7 are there");
  for (const length of [0, 0xffffffff]) {
    const endless = parseWav(wavOf(VALUES, { length }));
    expect([endless.frames, endless.notes.length]).toEqual([6, 1]);
  }
  expect(parseWav(wavOf([], {})).frames).toBe(0);
});

it("says why a file cannot be read", () => {
  for (const [file, words] of [
    [wavOf(VALUES, { sampleRate: 0 }), "sample rate of 0"],
    [wavOf(VALUES, { channels: 0 }), "0 channels"],
    [wavOf(VALUES, { code: 0x11 }), "IMA ADPCM"],
    [wavOf(VALUES, { code: 77 }), "unknown format 77"],
    [wavOf(VALUES, {}).slice(0, 20), "cut off"],
    [wavOf(VALUES, {}).slice(0, 16), "no description"],
    [wavOf(VALUES, {}).slice(0, 40), "no data"],
    [new ArrayBuffer(0), "no WAV"],
    [new TextEncoder().encode("ID3 and more bytes").buffer as ArrayBuffer, "no WAV"],
  ] as const)
    expect(() => parseWav(file)).toThrow(words);
});

it("ends with samples or a sentence for any change of a byte", () => {
  const file = wavOf(VALUES, { isExtensible: true, junk: 3 });
  for (let at = 0; at < Math.min(file.byteLength, 90); at++)
    for (const byte of [0, 1, 127, 255]) {
      const changed = file.slice(0);
      new Uint8Array(changed)[at] = byte;
      try {
        const samples = parseWav(changed);
        samples.read(0, 0, new Float32Array(4));
      } catch (error) {
        expect((error as Error).name === "RangeError" ? "a range" : "a sentence").toBe("a sentence");
      }
    }
});
