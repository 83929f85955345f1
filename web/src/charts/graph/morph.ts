/** From one scene to the next: where boxes are on the way, so that the eye can follow them. */

import { type Frame, keyOf, placesOf, type Rect, rectOf, rectOfFrame, type Scene, thingOf } from "./scene";

export interface Morph {
  box(frame: Frame, box: number): Rect;
  frame(frame: Frame): Rect;
}

/**
 * `before` had its places `dx` and `dy` further than the same places of the screen are in the new scene. Boxes that are
 * new come out of the group that they are in.
 */
export function morphOf(before: Scene, after: Scene, dx: number, dy: number, share: number): Morph {
  const places = placesOf(before);
  const old = new Map<Frame, Rect>();
  const moved = (rect: Rect): Rect => ({ ...rect, x: rect.x + dx, y: rect.y + dy });
  const oldOf = (key: string): Rect | null => {
    const place = places.get(key);
    return place === undefined ? null : moved(rectOf(place.frame, place.box));
  };
  for (const frame of after.frames) {
    const rect = rectOfFrame(frame);
    const its =
      frame.parent === null ? moved(rectOfFrame(before.root)) : oldOf(keyOf({ group: frame.group }));
    old.set(frame, its ?? (frame.parent === null ? rect : within(frame.parent, rect, old)));
  }
  return {
    frame: (frame) => between(old.get(frame) ?? rectOfFrame(frame), rectOfFrame(frame), share),
    box: (frame, box) => {
      const rect = rectOf(frame, box);
      return between(oldOf(keyOf(thingOf({ frame, box }))) ?? within(frame, rect, old), rect, share);
    },
  };
}

/** Where a rectangle of a frame would be, were it as small as that was. */
function within(frame: Frame, rect: Rect, old: ReadonlyMap<Frame, Rect>): Rect {
  const now = rectOfFrame(frame);
  const was = old.get(frame) ?? now;
  const [across, down] = [was.width / now.width, was.height / now.height];
  return {
    x: was.x + (rect.x - now.x) * across,
    y: was.y + (rect.y - now.y) * down,
    width: rect.width * across,
    height: rect.height * down,
  };
}

function between(from: Rect, to: Rect, share: number): Rect {
  const at = (one: number, other: number): number => one + (other - one) * share;
  return {
    x: at(from.x, to.x),
    y: at(from.y, to.y),
    width: at(from.width, to.width),
    height: at(from.height, to.height),
  };
}
