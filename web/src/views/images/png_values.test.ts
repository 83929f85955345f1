// @vitest-environment node
import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { pngValues } from "./png_values";

interface Options {
  width: number;
  height: number;
  bits: number;
  colour: number;
  /** Rows with the number of their filter first. */
  rows: number[][];
  palette?: number[];
  alpha?: number[];
  isInterlaced?: boolean;
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const made = new Uint8Array(data.length + 12);
  new DataView(made.buffer).setUint32(0, data.length);
  made.set(new TextEncoder().encode(name), 4);
  made.set(data, 8);
  return made;
}

function png({ width, height, bits, colour, rows, palette, alpha, isInterlaced }: Options): Blob {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([bits, colour, 0, 0, isInterlaced ? 1 : 0], 8);
  const packed = new Uint8Array(deflateSync(new Uint8Array(rows.flat())));
  const half = packed.length >> 1;
  const parts = [
    ...[new Uint8Array(8), chunk("IHDR", header)],
    ...(palette === undefined ? [] : [chunk("PLTE", new Uint8Array(palette))]),
    ...(alpha === undefined ? [] : [chunk("tRNS", new Uint8Array(alpha))]),
    ...[
      chunk("IDAT", packed.slice(0, half)),
      chunk("IDAT", packed.slice(half)),
      chunk("IEND", new Uint8Array()),
    ],
  ];
  return new Blob(parts as BlobPart[]);
}

it("reads sixteen bits, and alpha as it was recorded", async () => {
  const rows = [[0, 1, 2, 255, 255, 0, 7, 0, 0]];
  const values = await pngValues(png({ width: 2, height: 1, bits: 16, colour: 4, rows }));
  expect(values).toMatchObject({ width: 2, height: 1, channels: 2, bits: 16 });
  expect([...(values?.data ?? [])]).toEqual([258, 65535, 7, 0]);
});

it("undoes each filter", async () => {
  const rows = [
    [1, 10, 1, 1],
    [2, 1, 1, 1],
    [3, 5, 5, 5],
    [4, 1, 2, 3],
    [0, 7, 8, 9],
  ];
  const values = await pngValues(png({ width: 3, height: 5, bits: 8, colour: 0, rows }));
  expect([...(values?.data ?? [])]).toEqual([10, 11, 12, 11, 12, 13, 10, 16, 19, 11, 18, 22, 7, 8, 9]);
});

it("reads palettes, and less than a byte for a pixel", async () => {
  const rows = [[0, 0b00_01_10_00, 0b01_000000]];
  const palette = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const values = await pngValues(
    png({ width: 5, height: 1, bits: 2, colour: 3, rows, palette, alpha: [0, 9] }),
  );
  expect(values?.channels).toBe(4);
  expect([...(values?.data ?? [])]).toEqual([1, 2, 3, 0, 4, 5, 6, 9, 7, 8, 9, 255, 1, 2, 3, 0, 4, 5, 6, 9]);
});

it("gives up on what it does not read", async () => {
  const fine = { width: 2, height: 1, bits: 8, colour: 0, rows: [[0, 1, 2]] };
  expect(await pngValues(png(fine))).not.toBe(null);
  for (const odd of [
    ...[{ isInterlaced: true }, { colour: 5 }, { bits: 3 }, { rows: [[9, 1, 2]] }, { rows: [[0, 1]] }],
    ...[{ colour: 3 }, { width: 1 << 20, height: 1 << 20 }],
  ])
    expect(await pngValues(png({ ...fine, ...odd })), JSON.stringify(odd)).toBe(null);
  expect(await pngValues(new Blob([]))).toBe(null);
  expect(await pngValues(new Blob([(await png(fine).bytes()).slice(0, 50)]))).toBe(null);
});
