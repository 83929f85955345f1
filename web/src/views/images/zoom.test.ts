import { expect, it } from "vitest";
import { NO_ZOOM, panned, pixelAt, project, shareAt, zoomAbout, zoomed } from "./zoom";

const PICTURE = { width: 64, height: 32 };
const FRAME = { width: 300, height: 300 };

it("shows the whole picture in the middle of its frame at first", () => {
  const { left, top, scale } = project(NO_ZOOM, PICTURE, FRAME);
  expect(scale).toBe(300 / 64);
  expect(left).toBe(0);
  expect(top).toBe((300 - 32 * scale) / 2);
});

it("keeps what is under the pointer where it is", () => {
  let zoom = NO_ZOOM;
  const place = { x: 130, y: 150 };
  const before = shareAt(place, project(zoom, PICTURE, FRAME), PICTURE);
  for (let i = 0; i < 8; i++) zoom = zoomAbout(zoom, 1.5, place, PICTURE, FRAME);
  const after = shareAt(place, project(zoom, PICTURE, FRAME), PICTURE);
  expect(zoom.times).toBeCloseTo(1.5 ** 8);
  expect(after[0]).toBeCloseTo(before[0], 6);
  expect(after[1]).toBeCloseTo(before[1], 6);
  for (let i = 0; i < 8; i++) zoom = zoomAbout(zoom, 1 / 1.5, place, PICTURE, FRAME);
  // Where there is no more to see than all, all is seen.
  expect(zoomed({ ...zoom, times: Math.min(1, zoom.times) })).toEqual(NO_ZOOM);
});

it("leaves no gap at the edges of what is larger than its frame", () => {
  for (const x of [0, 0.01, 0.5, 1]) {
    const { left, scale } = project({ times: 4, x, y: 0.5 }, PICTURE, FRAME);
    expect(left).toBeLessThanOrEqual(0);
    expect(left + 64 * scale).toBeGreaterThanOrEqual(300 - 1e-9);
  }
});

it("moves with the pointer, and back from an edge at once", () => {
  const zoom = { times: 4, x: 0.5, y: 0.5 };
  const before = project(zoom, PICTURE, FRAME);
  const after = project(panned(zoom, { x: 30, y: 0 }, PICTURE, FRAME), PICTURE, FRAME);
  expect(after.left - before.left).toBeCloseTo(30);
  const far = panned(zoom, { x: 10_000, y: 0 }, PICTURE, FRAME);
  expect(project(far, PICTURE, FRAME).left).toBe(0);
  expect(project(panned(far, { x: -30, y: 0 }, PICTURE, FRAME), PICTURE, FRAME).left).toBeCloseTo(-30);
  expect(panned(NO_ZOOM, { x: 30, y: 30 }, PICTURE, FRAME)).toEqual(NO_ZOOM);
});

it("finds the pixel of a share, and none outside", () => {
  expect(pixelAt([0, 0], PICTURE)).toEqual({ x: 0, y: 0 });
  expect(pixelAt([0.999, 0.5], PICTURE)).toEqual({ x: 63, y: 16 });
  for (const share of [
    [-0.01, 0.5],
    [1, 0.5],
    [0.5, 1],
    [Number.NaN, 0.5],
  ] as const)
    expect(pixelAt(share, PICTURE)).toBe(null);
});
