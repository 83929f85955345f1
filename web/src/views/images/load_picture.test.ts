import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buildFrame } from "../../api/frame_fixture";
import type { PictureAsked } from "../../api/pictures";
import { loadPicture, type PictureSource } from "./load_picture";

const SOURCE: PictureSource = { tag: "v0", run: "r1", index: 3, part: 0, step: 300, bytes: 1000 };
const signal = new AbortController().signal;

interface Answer {
  width?: number | null;
  height?: number;
  step?: number;
  type?: string;
  status?: number;
}

let asked: PictureAsked[];
let answers: Answer[];
/** The sizes that are decoded, or why they are not. */
let decode: (options: ImageBitmapOptions) => { width: number; height: number };

/** An answer of pictures, each of which takes the next of the answers. */
function together(pictures: readonly PictureAsked[]): Response {
  const data: number[] = [];
  const described = pictures.map((picture) => {
    asked.push(picture);
    const { width = 64, height = 32, step = 300, type = "image/png", status = 200 } = answers.shift() ?? {};
    const problem = status === 200 ? "" : "the picture is damaged";
    const bytes = status === 200 ? [...new TextEncoder().encode("bytes")] : [];
    data.push(...bytes);
    const size = { width, height: width === null ? null : height };
    const record = { index: picture.index, step, wall_time: 1, bytes: 1000 };
    return { ...record, ...{ status, problem, parts: 2, media_type: type, length: bytes.length }, ...size };
  });
  return new Response(buildFrame({ pictures: described }, { data: { dtype: "u1", values: data } }));
}

beforeEach(() => {
  asked = [];
  decode = () => ({ width: 64, height: 32 });
  vi.stubGlobal("fetch", (_: string, { body }: { body: string }) =>
    Promise.resolve(together(JSON.parse(body).pictures)),
  );
  vi.stubGlobal("createImageBitmap", async (_: Blob, options: ImageBitmapOptions) => ({
    ...decode(options),
    close: () => undefined,
  }));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it("is the picture as it was recorded, and what the answer says of it", async () => {
  answers = [{}];
  const picture = await loadPicture(SOURCE, false, signal);
  expect(asked).toEqual([{ tag: "v0", run: "r1", index: 3, part: 0, width: null }]);
  expect(picture).toMatchObject({ width: 64, height: 32, parts: 2, isFull: true, isRecorded: true });
  expect(picture.bytes).toBe(4 * 64 * 32 + "bytes".length);
});

it("asks for a smaller one of what is too large, or is no picture that browsers show", async () => {
  for (const status of [413, 415])
    for (const [isFull, width] of [
      [true, 2048],
      [false, 512],
    ] as const) {
      asked = [];
      answers = [{ status }, { width: 60_000, height: 30_000 }];
      const picture = await loadPicture(SOURCE, isFull, signal);
      expect(asked.map((picture) => picture.width)).toEqual([null, width]);
      expect(picture).toMatchObject({ width: 60_000, height: 30_000, isRecorded: false, isFull });
    }
});

it("is one of many in one request, and a damaged one harms none of the others", async () => {
  answers = [{}, { status: 422 }, { width: 16, height: 16 }];
  const loads = [0, 1, 2].map((index) => loadPicture({ ...SOURCE, index }, false, signal));
  const found = await Promise.allSettled(loads);
  expect(found.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect((found[2] as PromiseFulfilledResult<{ width: number }>).value.width).toBe(16);
  expect(asked.map(({ index }) => index)).toEqual([0, 1, 2]);
});

it("has fewer pixels and bytes in a card that is not large", async () => {
  answers = [{ width: 64 }];
  const smaller = await loadPicture({ ...SOURCE, bytes: 5_000_000 }, false, signal);
  expect(asked[0].width).toBe(512);
  // It was no larger than that.
  expect(smaller).toMatchObject({ isFull: true, isRecorded: false });
  answers = [{ width: 4000, height: 1000 }];
  decode = ({ resizeWidth }) => ({ width: resizeWidth ?? 4000, height: 128 });
  expect(await loadPicture(SOURCE, false, signal)).toMatchObject({ isFull: false, width: 4000 });
  answers = [{ width: 4000, height: 1000 }];
  expect((await loadPicture(SOURCE, true, signal)).bitmap.width).toBe(4000);
});

it("has the server's words for what the browser cannot decode", async () => {
  answers = [{}, { status: 422 }];
  decode = () => {
    throw new Error("InvalidStateError");
  };
  await expect(loadPicture(SOURCE, false, signal)).rejects.toThrow("the picture is damaged");
});

it("does not take another step's picture for the one that was asked for", async () => {
  answers = [{ step: 200 }];
  await expect(loadPicture(SOURCE, false, signal)).rejects.toThrow("being listed anew");
});
