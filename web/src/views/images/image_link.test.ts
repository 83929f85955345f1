// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { decodeImages, encodeImages, type ImageState } from "./image_link";
import { IMAGE_PARAMETERS } from "./parameters";
import { NO_ZOOM } from "./zoom";

const INITIAL: ImageState = {
  ...{ expanded: null, across: "runs", size: "medium", isActualSize: false, brightness: 100, contrast: 100 },
  ...{ colours: "recorded", zoom: NO_ZOOM, against: null, comparison: "side by side" },
};

function encoded(state: ImageState): URLSearchParams {
  const parameters = new URLSearchParams();
  encodeImages(state, parameters);
  return parameters;
}

it("is empty at first, and holds everything", () => {
  expect(String(encoded(INITIAL))).toBe("");
  expect(decodeImages(new URLSearchParams())).toEqual(INITIAL);
  const state: ImageState = {
    ...{ expanded: "a&b", across: "steps", size: "large", isActualSize: true, brightness: 250, contrast: 0 },
    ...{ colours: "viridis", zoom: { times: 2.5, x: 0.25, y: 1 }, against: -3, comparison: "difference" },
  };
  expect(decodeImages(encoded(state))).toEqual(state);
  expect([...encoded(state).keys()]).toEqual([...IMAGE_PARAMETERS]);
});

it("takes no notice of what is wrong", () => {
  for (const text of [
    ...["brightness=", "brightness=x", "brightness=-1", "brightness=501", "contrast=1e9", "image-size=huge"],
    ...["image-zoom=2", "image-zoom=2,,1", "image-zoom=a,b,c", "image-zoom=1,0,0", "image-zoom=Infinity,0,0"],
    ...["image-against=1e3", "images-compared=x", "images-across=x", "image-colours=x", "image-pixels=x"],
  ])
    expect(decodeImages(new URLSearchParams(text)), text).toEqual(INITIAL);
  expect(decodeImages(new URLSearchParams("image-zoom=99999,2,-1")).zoom).toEqual({
    times: 4096,
    x: 1,
    y: 0,
  });
});
