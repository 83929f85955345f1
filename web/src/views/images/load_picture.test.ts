import { afterEach, beforeEach, expect, it, vi } from "vitest";
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

let asked: URLSearchParams[];
let answers: Answer[];
/** The sizes that are decoded, or why they are not. */
let decode: (options: ImageBitmapOptions) => { width: number; height: number };

beforeEach(() => {
  asked = [];
  decode = () => ({ width: 64, height: 32 });
  vi.stubGlobal("fetch", (address: string) => {
    asked.push(new URLSearchParams(address.split("?")[1]));
    const { width = 64, height = 32, step = 300, type = "image/png", status = 200 } = answers.shift() ?? {};
    const headers = new Headers({ "Content-Type": type, "Cutaway-Step": String(step), "Cutaway-Parts": "2" });
    if (width !== null) {
      headers.set("Cutaway-Width", String(width));
      headers.set("Cutaway-Height", String(height));
    }
    const body = status === 200 ? "bytes" : '{"error": "the picture is damaged"}';
    return Promise.resolve(new Response(body, { status, headers }));
  });
  vi.stubGlobal("createImageBitmap", async (_: Blob, options: ImageBitmapOptions) => ({
    ...decode(options),
    close: () => undefined,
  }));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it("is the picture as it was recorded, and what its headers say", async () => {
  answers = [{}];
  const picture = await loadPicture(SOURCE, false, signal);
  expect(String(asked[0])).toBe("tag=v0&run=r1&index=3&format=media");
  expect(picture).toMatchObject({ width: 64, height: 32, parts: 2, isFull: true, isRecorded: true });
  expect(picture.bytes).toBe(4 * 64 * 32 + "bytes".length);
});

it("asks for a smaller one before anything is decoded where the header promises too much, or nothing", async () => {
  for (const answer of [
    { width: 60_000, height: 60_000 },
    { width: 0, height: 0 },
    { width: null, type: "application/octet-stream" },
  ]) {
    asked = [];
    answers = [answer, { width: 60_000, height: 30_000 }];
    const picture = await loadPicture(SOURCE, true, signal);
    expect(asked.map((parameters) => parameters.get("width"))).toEqual([null, "2048"]);
    expect(picture).toMatchObject({ width: 60_000, height: 30_000, isRecorded: false, isFull: true });
  }
});

it("has fewer pixels and bytes in a card that is not large", async () => {
  answers = [{ width: 64 }];
  const smaller = await loadPicture({ ...SOURCE, bytes: 5_000_000 }, false, signal);
  expect(asked[0].get("width")).toBe("512");
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
