// @vitest-environment happy-dom

import { render } from "preact";
import { afterEach, expect, it, vi } from "vitest";
import type { Picture } from "./load_picture";

const drawn = vi.hoisted(() => [] as string[]);
vi.mock("./pixels", () => ({
  drawAdjusted: (canvas: HTMLCanvasElement, bitmap: ImageBitmap) =>
    drawn.push(`${bitmap.width} of ${sizes()}${canvas.isConnected ? "" : ", gone"}`),
}));
const { PictureCanvas } = await import("./picture_canvas");

function sizes(): string {
  return [...document.querySelectorAll("canvas")].map(({ width }) => width).join(" ");
}

function picture(width: number): Picture {
  const bitmap = { width, height: 2 * width, close: () => undefined };
  const record = { width, height: 2 * width, parts: 1, blob: new Blob(), bytes: 1, isFull: true };
  return { ...record, bitmap, isRecorded: true, animation: null, close: () => undefined };
}

function show(...pictures: Picture[]): void {
  render(
    pictures.map((each, i) => <PictureCanvas key={String(i)} picture={each} label="" />),
    document.body,
  );
}

afterEach(() => {
  render(null, document.body);
  drawn.length = 0;
});

it("draws when all canvases that change have their sizes, so that the page is laid out once", async () => {
  show(picture(3), picture(4));
  expect([sizes(), drawn]).toEqual(["3 4", []]);
  await Promise.resolve();
  expect(drawn).toEqual(["3 of 3 4", "4 of 3 4"]);
});

it("draws the newest of several pictures, and none that was closed meanwhile", async () => {
  show(picture(3), picture(4));
  const closed = picture(6);
  show(picture(5), closed);
  Object.assign(closed.bitmap, { width: 0 });
  await Promise.resolve();
  expect(drawn).toEqual(["5 of 5 6"]);
});
