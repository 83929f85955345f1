/**
 * The values of a PNG as they are in the file: of 1 to 16 bits, with alpha as recorded. A canvas has eight bits, of
 * colours multiplied by their alpha.
 */

export interface PngValues {
  width: number;
  height: number;
  /** The channels: grey, grey and alpha, RGB, or RGB and alpha. Palettes become RGB, with alpha where they have it. */
  channels: 1 | 2 | 3 | 4;
  /** The bits of each value. */
  bits: number;
  /** Row by row, pixel by pixel. */
  data: Uint8Array | Uint16Array;
}

interface Header {
  width: number;
  height: number;
  bits: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  colour: number;
  isInterlaced: boolean;
}

const SAMPLES = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);
const MOST_VALUES = 1 << 27;

/** Null for an interlaced PNG, or one that is not as the standard says: then a canvas has to do. */
export async function pngValues(blob: Blob): Promise<PngValues | null> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const chunks = chunksOf(bytes);
  const header = headerOf(chunks.find(({ name }) => name === "IHDR")?.data);
  if (header === null || header.isInterlaced) return null;
  const perPixel = SAMPLES.get(header.colour) as number;
  if (header.width * header.height * perPixel > MOST_VALUES) return null;
  const rowBytes = Math.ceil((header.width * perPixel * header.bits) / 8);
  const rows = await inflated(
    chunks.filter(({ name }) => name === "IDAT").map(({ data }) => data),
    (rowBytes + 1) * header.height,
  );
  if (rows === null) return null;
  const step = Math.max(1, (perPixel * header.bits) >> 3);
  const plain = unfiltered(rows, rowBytes, step, header.height);
  if (plain === null) return null;
  const samples = samplesOf(plain, rowBytes, header, perPixel);
  if (header.colour !== 3) return { ...header, channels: perPixel as PngValues["channels"], data: samples };
  const palette = chunks.find(({ name }) => name === "PLTE")?.data;
  const alpha = chunks.find(({ name }) => name === "tRNS")?.data;
  return palette === undefined ? null : paletted(header, samples, palette, alpha);
}

interface Chunk {
  name: string;
  data: Uint8Array<ArrayBuffer>;
}

function chunksOf(bytes: Uint8Array<ArrayBuffer>): Chunk[] {
  const view = new DataView(bytes.buffer);
  const chunks: Chunk[] = [];
  // Behind the signature each has its length, its name, its data and a checksum.
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ name, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function headerOf(data: Uint8Array | undefined): Header | null {
  if (data === undefined || data.length < 13) return null;
  const view = new DataView(data.buffer, data.byteOffset);
  const [bits, colour] = [data[8], data[9]];
  if (!SAMPLES.has(colour) || ![1, 2, 4, 8, 16].includes(bits)) return null;
  return { width: view.getUint32(0), height: view.getUint32(4), bits, colour, isInterlaced: data[12] !== 0 };
}

/** So many bytes, and no more whatever is packed; null where there are fewer. */
async function inflated(parts: Uint8Array<ArrayBuffer>[], length: number): Promise<Uint8Array | null> {
  const found = new Uint8Array(length);
  let at = 0;
  const reader = new Blob(parts).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    while (at < length) {
      const { done, value } = await reader.read();
      if (done) break;
      found.set(value.subarray(0, length - at), at);
      at += value.length;
    }
    await reader.cancel();
  } catch {
    return null;
  }
  return at < length ? null : found;
}

/** The rows without their filters (PNG, section 9). */
function unfiltered(rows: Uint8Array, rowBytes: number, step: number, height: number): Uint8Array | null {
  const plain = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const filter = rows[row * (rowBytes + 1)];
    if (filter > 4) return null;
    const from = row * (rowBytes + 1) + 1;
    const to = row * rowBytes;
    for (let i = 0; i < rowBytes; i++) {
      const left = i >= step ? plain[to + i - step] : 0;
      const above = row > 0 ? plain[to + i - rowBytes] : 0;
      const corner = i >= step && row > 0 ? plain[to + i - rowBytes - step] : 0;
      plain[to + i] = rows[from + i] + predicted(filter, left, above, corner);
    }
  }
  return plain;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter === 0) return 0;
  const [byLeft, byAbove, byCorner] = [above - corner, left - corner, left + above - 2 * corner].map(
    Math.abs,
  );
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
}

function samplesOf(
  plain: Uint8Array,
  rowBytes: number,
  { width, height, bits }: Header,
  perPixel: number,
): Uint8Array | Uint16Array {
  if (bits === 8) return plain;
  const perRow = width * perPixel;
  const found = bits === 16 ? new Uint16Array(perRow * height) : new Uint8Array(perRow * height);
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < perRow; i++) {
      const at = row * rowBytes + ((i * bits) >> 3);
      found[row * perRow + i] =
        bits === 16
          ? (plain[at] << 8) | plain[at + 1]
          : (plain[at] >> (8 - bits - ((i * bits) & 7))) & ((1 << bits) - 1);
    }
  }
  return found;
}

function paletted(
  { width, height }: Header,
  samples: Uint8Array | Uint16Array,
  palette: Uint8Array,
  alpha: Uint8Array | undefined,
): PngValues {
  const channels = alpha === undefined ? 3 : 4;
  const data = new Uint8Array(samples.length * channels);
  for (const [place, sample] of samples.entries()) {
    data.set(palette.subarray(3 * sample, 3 * sample + 3), place * channels);
    if (alpha !== undefined) data[place * channels + 3] = alpha[sample] ?? 255;
  }
  return { width, height, channels, bits: 8, data };
}
