/** The part of a scene that is in sight: the place of the scene at the top left corner, and the scale. */

import type { Rect } from "./scene";

export interface Camera {
  x: number;
  y: number;
  /** Pixels of the screen per pixel of the scene. */
  scale: number;
}

export interface Room {
  width: number;
  height: number;
}

export const LARGEST_SCALE = 4;
const SMALLEST_SCALE = 1e-4;
/** Pixels around a scene that fits. */
const MARGIN = 16;
/** Pixels above a scene that does not fit: there the buttons are. */
const ABOVE = 44;
/** A scene that does not fit is shown from its top at a scale at which it can be read. */
const READABLE_SCALE = 0.7;

/** The whole of a rectangle, in the middle, no larger than it is. */
export function fitting(rect: Rect, room: Room): Camera {
  const scale = bounded(
    Math.min(
      1,
      (room.width - 2 * MARGIN) / Math.max(1, rect.width),
      (room.height - 2 * MARGIN) / Math.max(1, rect.height),
    ),
  );
  return {
    x: rect.x + rect.width / 2 - room.width / 2 / scale,
    y: rect.y + rect.height / 2 - room.height / 2 / scale,
    scale,
  };
}

/**
 * The whole where it can be read; else its beginning, with `first`, a place across, as near to the middle as it can be
 * with no room empty at a side.
 */
export function beginning(rect: Rect, first: number, room: Room): Camera {
  const whole = fitting(rect, room);
  if (whole.scale >= READABLE_SCALE) return whole;
  const scale = READABLE_SCALE;
  const [half, margin] = [room.width / 2 / scale, MARGIN / scale];
  const spare = rect.width / 2 + margin - half;
  const middle = rect.x + rect.width / 2;
  const place = spare <= 0 ? middle : Math.min(middle + spare, Math.max(middle - spare, first));
  return { x: place - half, y: rect.y - ABOVE / scale, scale };
}

export function bounded(scale: number): number {
  return Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale));
}

/** Zoomed by a factor, with what is at a place of the screen staying there. */
export function zoomedAbout(camera: Camera, factor: number, place: { x: number; y: number }): Camera {
  const scale = bounded(camera.scale * factor);
  return {
    x: camera.x + place.x / camera.scale - place.x / scale,
    y: camera.y + place.y / camera.scale - place.y / scale,
    scale,
  };
}

/** Moved with a hand that went by so many pixels of the screen; some of the rectangle stays in sight. */
export function movedBy(camera: Camera, by: { x: number; y: number }, rect: Rect, room: Room): Camera {
  const within = (at: number, start: number, size: number, roomSize: number): number => {
    const least = Math.min(40, size * camera.scale) / camera.scale;
    return Math.min(start + size - least, Math.max(start + least - roomSize / camera.scale, at));
  };
  return {
    x: within(camera.x - by.x / camera.scale, rect.x, rect.width, room.width),
    y: within(camera.y - by.y / camera.scale, rect.y, rect.height, room.height),
    scale: camera.scale,
  };
}

/** The camera with which the middle of a box's upper edge is where it was: `before` and `after` are the box. */
export function anchored(camera: Camera, before: Rect, after: Rect): Camera {
  return {
    x: camera.x + after.x + after.width / 2 - (before.x + before.width / 2),
    y: camera.y + after.y - before.y,
    scale: camera.scale,
  };
}

/** Moved, and no more than it has to be, so that a rectangle is in a room; of a larger one its left and its top. */
export function movedInto(camera: Camera, rect: Rect, room: Room): Camera {
  const within = (at: number, start: number, size: number, roomSize: number): number => {
    const [shown, margin] = [roomSize / camera.scale, MARGIN / camera.scale];
    if (start >= at && start + size <= at + shown) return at;
    return Math.min(start - margin, Math.max(at, start + size + margin - shown));
  };
  return {
    x: within(camera.x, rect.x, rect.width, room.width),
    y: within(camera.y, rect.y, rect.height, room.height),
    scale: camera.scale,
  };
}

/** Brought to the middle unless it is there, so that a rectangle is in sight; at a scale at which it can be read. */
export function broughtIntoSight(camera: Camera, rect: Rect, room: Room): Camera {
  const scale = Math.max(camera.scale, READABLE_SCALE);
  const size = { width: room.width / scale, height: room.height / scale };
  const margin = 48 / scale;
  const isHere =
    scale === camera.scale &&
    rect.x >= camera.x &&
    rect.x + Math.min(rect.width, size.width) <= camera.x + size.width &&
    rect.y >= camera.y &&
    rect.y + Math.min(rect.height, size.height) <= camera.y + size.height;
  if (isHere) return camera;
  const isTall = rect.height > size.height - 2 * margin;
  return {
    x: rect.x + rect.width / 2 - size.width / 2,
    y: isTall ? rect.y - margin : rect.y + rect.height / 2 - size.height / 2,
    scale,
  };
}
