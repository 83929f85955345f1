/** Which columns of a strip are in sight: of thousands of steps a few dozen have elements. */

/** Columns beside those in sight, which a scroll by a little needs. */
const BESIDE = 2;

/** The first column in or near sight, and that behind the last. */
export function columnsInSight(
  scrolled: number,
  width: number,
  columnWidth: number,
  count: number,
): { from: number; to: number } {
  const bounded = (column: number): number => Math.min(count, Math.max(0, column));
  return {
    from: bounded(Math.floor(scrolled / columnWidth) - BESIDE),
    to: bounded(Math.ceil((scrolled + width) / columnWidth) + BESIDE),
  };
}

/** How far to scroll for a column to be in sight: as far as it is now where it is in sight already. */
export function scrollTo(column: number, scrolled: number, width: number, columnWidth: number): number {
  const [start, end] = [column * columnWidth, (column + 1) * columnWidth];
  if (start >= scrolled && end <= scrolled + width) return scrolled;
  return Math.max(0, start - (width - columnWidth) / 2);
}

/** For each of some rising steps the index of the value there: the last one of a step that was recorded again. */
export function indicesAt(columns: readonly number[], steps: ArrayLike<number>): (number | null)[] {
  const last = new Map<number, number>();
  for (let index = 0; index < steps.length; index++) last.set(Number(steps[index]), index);
  return columns.map((step) => last.get(step) ?? null);
}
