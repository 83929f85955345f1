/** The place in a list of `count` that is `step` from another, at the ends of it at most; from nowhere the first or last. */
export function neighbour(place: number, step: number, count: number): number {
  if (place < 0) return step > 0 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, place + step));
}
