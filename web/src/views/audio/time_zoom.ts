/** The part of the sounds that a large card shows, in seconds; null for all of them. */

export type Part = readonly [number, number] | null;

/** In seconds: 1 ms has 44 samples of a CD. */
const SHORTEST = 0.001;

/** A part that is so much shorter or longer, in which a place stays where it is. */
export function zoomedAbout(part: Part, factor: number, place: number, duration: number): Part {
  const [from, to] = part ?? [0, duration];
  const length = Math.max(Math.min(SHORTEST, duration), (to - from) * factor);
  const share = Math.min(1, Math.max(0, (place - from) / (to - from)));
  return within(place - share * length, length, duration);
}

/** A part of the same length, moved by some seconds. */
export function moved(part: Part, by: number, duration: number): Part {
  return part === null ? null : within(part[0] + by, part[1] - part[0], duration);
}

/** The part, moved as little as brings a place into sight. */
export function withPlace(part: Part, place: number, duration: number): Part {
  if (part === null || (part[0] <= place && place <= part[1])) return part;
  return moved(part, place < part[0] ? place - part[0] : place - part[1], duration);
}

function within(start: number, length: number, duration: number): Part {
  if (length >= duration) return null;
  const from = Math.min(duration - length, Math.max(0, start));
  return [from, from + length];
}
