/**
 * Column frames: the binary answers of the server (docs/http-api.md, "Frames").
 *
 * The columns are views into the answer's buffer: nothing is copied, but for int64, which becomes the nearest float64.
 */

export type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

export interface Frame {
  /** The JSON header, `columns` included. Its other members are the route's own. */
  header: Record<string, unknown>;
  columns: Record<string, Column>;
}

const COLUMN_TYPES = {
  f8: Float64Array,
  f4: Float32Array,
  i8: BigInt64Array,
  i4: Int32Array,
  u4: Uint32Array,
  u1: Uint8Array,
} as const;

const MAGIC = "CTW1";

/** Read a frame. Throws an Error that says what is wrong with it. */
export function decodeFrame(buffer: ArrayBuffer): Frame {
  if (buffer.byteLength < 8) throw new Error(`a frame has at least 8 bytes, this one ${buffer.byteLength}`);
  const view = new DataView(buffer);
  const magic = String.fromCharCode(...new Uint8Array(buffer, 0, 4));
  if (magic !== MAGIC)
    throw new Error(`a frame starts with ${MAGIC}, this one with ${JSON.stringify(magic)}`);
  const headerLength = view.getUint32(4, true);
  if (headerLength % 8 !== 0 || 8 + headerLength > buffer.byteLength) {
    throw new Error(`the frame's header cannot be ${headerLength} bytes of ${buffer.byteLength}`);
  }
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, headerLength)));
  const columns: Record<string, Column> = {};
  const described: Record<string, { dtype: keyof typeof COLUMN_TYPES; offset: number; length: number }> =
    header.columns ?? {};
  for (const [name, { dtype, offset, length }] of Object.entries(described)) {
    const Type = COLUMN_TYPES[dtype];
    if (Type === undefined) throw new Error(`column ${name} has the unknown type ${dtype}`);
    const start = 8 + headerLength + offset;
    if (start + length * Type.BYTES_PER_ELEMENT > buffer.byteLength) {
      throw new Error(`column ${name} ends beyond the frame`);
    }
    const column = new Type(buffer, start, length);
    columns[name] = column instanceof BigInt64Array ? nearestOf(column) : column;
  }
  return { header, columns };
}

function nearestOf(column: BigInt64Array): Float64Array {
  const numbers = new Float64Array(column.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Number(column[i]);
  return numbers;
}
