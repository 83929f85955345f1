/**
 * The part of a picture in sight: how many times larger than the whole picture in its frame it is, and the place of the
 * picture in the middle, as shares of its width and height. So pictures of different sizes show the same part.
 */

export interface Zoom {
  /** 1 for the whole picture. */
  times: number;
  x: number;
  y: number;
}

export interface Extent {
  width: number;
  height: number;
}

/** Where a picture's pixels are in a frame, in pixels of the frame. */
export interface Projection {
  left: number;
  top: number;
  /** The size of a pixel of the picture. */
  scale: number;
}

export const NO_ZOOM: Zoom = { times: 1, x: 0.5, y: 0.5 };
const MOST_TIMES = 4096;
/** One notch of a wheel, or one press of a key. */
export const NOTCH = 1.25;

/** The nearest zoom that keeps the middle in the picture. */
export function zoomed({ times, x, y }: Zoom): Zoom {
  const bounded = Math.min(MOST_TIMES, Math.max(1, times));
  if (bounded === 1) return NO_ZOOM;
  const share = (at: number): number => Math.min(1, Math.max(0, at));
  return { times: bounded, x: share(x), y: share(y) };
}

/** The size of a picture's pixel where the whole picture is in the frame. */
export function fittingScale(picture: Extent, frame: Extent): number {
  return Math.min(frame.width / picture.width, frame.height / picture.height);
}

export function project({ times, x, y }: Zoom, picture: Extent, frame: Extent): Projection {
  const scale = fittingScale(picture, frame) * times;
  const start = (share: number, size: number, room: number): number => {
    // What is smaller than its frame is in the middle of it; what is larger leaves no gap at its edges.
    if (size * scale <= room) return (room - size * scale) / 2;
    return Math.min(0, Math.max(room - size * scale, room / 2 - share * size * scale));
  };
  return {
    left: start(x, picture.width, frame.width),
    top: start(y, picture.height, frame.height),
    scale,
  };
}

/** The share of the picture's width and height at a place of the frame. */
export function shareAt(
  place: { x: number; y: number },
  projection: Projection,
  picture: Extent,
): [number, number] {
  return [
    (place.x - projection.left) / (picture.width * projection.scale),
    (place.y - projection.top) / (picture.height * projection.scale),
  ];
}

/** The pixel that has a share of the picture; null outside of it. */
export function pixelAt([x, y]: readonly [number, number], picture: Extent): { x: number; y: number } | null {
  if (!(x >= 0 && x < 1 && y >= 0 && y < 1)) return null;
  return { x: Math.floor(x * picture.width), y: Math.floor(y * picture.height) };
}

/** Zoomed by a factor, with what is at a place of the frame staying there as far as the picture's edges let it. */
export function zoomAbout(
  zoom: Zoom,
  factor: number,
  place: { x: number; y: number },
  picture: Extent,
  frame: Extent,
): Zoom {
  const [x, y] = shareAt(place, project(zoom, picture, frame), picture);
  const times = Math.min(MOST_TIMES, Math.max(1, zoom.times * factor));
  const scale = fittingScale(picture, frame) * times;
  return zoomed({
    times,
    x: x - (place.x - frame.width / 2) / (picture.width * scale),
    y: y - (place.y - frame.height / 2) / (picture.height * scale),
  });
}

/** Moved by so many pixels of the frame, from what is in sight now. */
export function panned(zoom: Zoom, by: { x: number; y: number }, picture: Extent, frame: Extent): Zoom {
  if (zoom.times === 1) return zoom;
  const projection = project(zoom, picture, frame);
  const middle = { x: frame.width / 2 - by.x, y: frame.height / 2 - by.y };
  const [x, y] = shareAt(middle, projection, picture);
  return zoomed({ times: zoom.times, x, y });
}
