import { expect, it } from "vitest";
import { adjust, difference, isAsRecorded, isGrey, levels, type Rgba } from "./pixels";

function rgba(...values: number[]): Rgba {
  return new Uint8ClampedArray(values);
}

it("leaves pixels as they are without an adjustment", () => {
  const usual = { brightness: 100, contrast: 100, isColoured: false };
  expect(isAsRecorded(usual)).toBe(true);
  expect([...levels(usual)]).toEqual(Array.from({ length: 256 }, (_, value) => value));
});

it("is brighter from black on, and has contrast about the middle", () => {
  const pixels = rgba(10, 100, 200, 7);
  adjust(pixels, { brightness: 200, contrast: 100, isColoured: false });
  expect([...pixels]).toEqual([20, 200, 255, 7]);
  const others = rgba(100, 128, 200, 7);
  adjust(others, { brightness: 100, contrast: 200, isColoured: false });
  expect([...others]).toEqual([72, 128, 255, 7]);
});

it("colours pictures of one channel alone", () => {
  const grey = rgba(0, 0, 0, 255, 255, 255, 255, 9);
  const red = rgba(255, 0, 0, 255);
  expect([isGrey(grey), isGrey(red)]).toEqual([true, false]);
  const coloured = { brightness: 100, contrast: 100, isColoured: true };
  adjust(grey, coloured);
  expect([...grey]).toEqual([68, 1, 84, 255, 253, 231, 37, 9]);
  adjust(red, coloured);
  expect([...red]).toEqual([255, 0, 0, 255]);
});

it("tells how far pixels are apart, in whichever direction and channel", () => {
  const found = difference(
    rgba(10, 20, 30, 255, 5, 5, 5, 255, 1, 1, 1, 255),
    rgba(20, 5, 30, 255, 5, 5, 5, 255, 1, 1, 1, 0),
  );
  expect([...found.rgba]).toEqual([10, 15, 0, 255, 0, 0, 0, 255, 255, 255, 255, 255]);
  expect([found.greatest, found.pixels]).toEqual([255, 2]);
});
