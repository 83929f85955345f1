/** Builds frames byte by byte as docs/http-api.md describes them: for tests only. */

export interface FixtureColumn {
  dtype: "f8" | "f4" | "i8" | "i4" | "u4" | "u1";
  values: number[];
}

const WRITERS = {
  f8: (view: DataView, at: number, value: number) => view.setFloat64(at, value, true),
  f4: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true),
  i8: (view: DataView, at: number, value: number) => view.setBigInt64(at, BigInt(value), true),
  i4: (view: DataView, at: number, value: number) => view.setInt32(at, value, true),
  u4: (view: DataView, at: number, value: number) => view.setUint32(at, value, true),
  u1: (view: DataView, at: number, value: number) => view.setUint8(at, value),
};

const eightfold = (length: number): number => Math.ceil(length / 8) * 8;

export function buildFrame(
  members: Record<string, unknown>,
  columns: Record<string, FixtureColumn>,
): ArrayBuffer {
  const described: Record<string, { dtype: string; offset: number; length: number }> = {};
  let size = 0;
  for (const [name, { dtype, values }] of Object.entries(columns)) {
    described[name] = { dtype, offset: size, length: values.length };
    size += eightfold(values.length * Number(dtype[1]));
  }
  const json = new TextEncoder().encode(JSON.stringify({ ...members, columns: described }));
  const headerLength = eightfold(json.length);
  const buffer = new ArrayBuffer(8 + headerLength + size);
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  bytes.set([0x43, 0x54, 0x57, 0x31]); // CTW1
  view.setUint32(4, headerLength, true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  for (const [name, { dtype, values }] of Object.entries(columns)) {
    const start = 8 + headerLength + described[name].offset;
    for (const [i, value] of values.entries()) WRITERS[dtype](view, start + i * Number(dtype[1]), value);
  }
  return buffer;
}
