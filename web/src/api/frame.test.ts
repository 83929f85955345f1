import { describe, expect, it } from "vitest";
import { decodeFrame } from "./frame";
import { buildFrame } from "./frame_fixture";

describe("decodeFrame", () => {
  it("reads every column type, odd lengths and non-ASCII headers", () => {
    const frame = decodeFrame(
      buildFrame(
        { revision: 12, name: "Größe λ" },
        {
          a: { dtype: "u1", values: [1, 2, 255] },
          b: { dtype: "f8", values: [0.1, Number.NaN, Number.POSITIVE_INFINITY] },
          c: { dtype: "f4", values: [0.5] },
          d: { dtype: "i4", values: [-7, 7] },
          e: { dtype: "i8", values: [-128, 2 ** 53] },
          f: { dtype: "u4", values: [4294967295] },
          g: { dtype: "f8", values: [] },
        },
      ),
    );
    expect(frame.header.revision).toBe(12);
    expect(frame.header.name).toBe("Größe λ");
    expect([...frame.columns.a]).toEqual([1, 2, 255]);
    expect([...frame.columns.b]).toEqual([0.1, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(frame.columns.c).toBeInstanceOf(Float32Array);
    expect([...frame.columns.d]).toEqual([-7, 7]);
    expect([...frame.columns.e]).toEqual([-128, 2 ** 53]);
    expect([...frame.columns.f]).toEqual([4294967295]);
    expect(frame.columns.g.length).toBe(0);
  });

  it("does not copy the columns", () => {
    const buffer = buildFrame({}, { a: { dtype: "f8", values: [1] } });
    expect(decodeFrame(buffer).columns.a.buffer).toBe(buffer);
  });

  it("says what is wrong", () => {
    const good = buildFrame({}, { a: { dtype: "f8", values: [1, 2] } });
    expect(() => decodeFrame(new ArrayBuffer(4))).toThrow("at least 8 bytes");
    expect(() => decodeFrame(good.slice(0, 16))).toThrow("header cannot be");
    expect(() => decodeFrame(good.slice(0, good.byteLength - 8))).toThrow("column a ends beyond");
    const renamed = good.slice(0);
    new Uint8Array(renamed)[3] = 0x32;
    expect(() => decodeFrame(renamed)).toThrow('"CTW2"');
  });
});
