/** Places among recorded steps, which are rising numbers. */

/** How many of the steps are at or before x. */
export function countUpTo(steps: ArrayLike<number | bigint>, x: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Number(steps[middle]) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The recorded step that is `count` further on (or back, below 0) than x; the first or last one at the ends. */
export function stepFrom(steps: readonly number[], x: number, count: number): number {
  const at = countUpTo(steps, x) - 1;
  // Between two steps the one before it is where it stands: back leads to that one.
  const isBetween = at >= 0 && steps[at] !== x;
  const next = at + count + (isBetween && count < 0 ? 1 : 0);
  return steps[Math.min(steps.length - 1, Math.max(0, next))];
}

/**
 * The index of the value that a place means: of those at the greatest step at or before x the last one; null where there
 * is none. The server chooses in the same way (docs/http-api.md).
 */
export function indexAt(steps: ArrayLike<number | bigint>, x: number): number | null {
  let found: number | null = null;
  for (let i = 0; i < steps.length; i++) {
    const step = Number(steps[i]);
    if (step <= x && (found === null || step >= Number(steps[found]))) found = i;
  }
  return found;
}

/** All steps of some columns, rising, each once. Most columns of a view are alike: one that repeats another adds nothing. */
export function unionOfSteps(columns: Iterable<ArrayLike<number>>): number[] {
  const found = new Set<number>();
  let last: ArrayLike<number> = [];
  for (const column of columns) {
    if (areEqual(column, last)) continue;
    for (let i = 0; i < column.length; i++) found.add(column[i]);
    last = column;
  }
  return [...found].sort((one, other) => one - other);
}

function areEqual(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
