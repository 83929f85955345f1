/** Which groups are open at first, and again after another graph has come. */

import type { ModelOutline } from "../../api/model";

/** Fewer rows than this say little: then the largest group is opened, too. */
const FEWEST_ROWS = 5;
const MOST_ROWS = 24;

/** The whole and, where that has only a few groups, the largest of them, and so on. */
export function firstOpened({ groups }: ModelOutline): ReadonlySet<number> {
  const opened = new Set([0]);
  let rows = groups.below[0] ?? 0;
  let at = 0;
  while (rows < FEWEST_ROWS) {
    const largest = largestBelow(groups.parent, groups.nodes, at);
    if (largest < 0 || groups.below[largest] === 0 || rows + groups.below[largest] > MOST_ROWS) break;
    opened.add(largest);
    rows += groups.below[largest];
    at = largest;
  }
  return opened;
}

function largestBelow(parents: readonly number[], nodes: readonly number[], group: number): number {
  let largest = -1;
  parents.forEach((parent, each) => {
    if (parent === group && (largest < 0 || nodes[each] > nodes[largest])) largest = each;
  });
  return largest;
}

/** The groups with the keys of those that were open; null where none but the whole is there again. */
export function openedAgain(
  before: ModelOutline,
  after: ModelOutline,
  opened: ReadonlySet<number>,
): ReadonlySet<number> | null {
  const keys = new Set([...opened].filter((group) => group > 0).map((group) => before.groups.key[group]));
  const again = new Set([0]);
  after.groups.key.forEach((key, group) => {
    if (group > 0 && keys.has(key)) again.add(group);
  });
  return again.size > 1 ? again : null;
}
