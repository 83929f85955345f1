/** Which groups are open at first, and again after another graph has come. */

import type { ModelGroups, ModelOutline } from "../../api/model";

/** Boxes of a first picture: with fewer it says little, with more it cannot be read. */
const FEWEST_BOXES = 10;
const MOST_BOXES = 60;

/** The whole and, while there are few boxes, the largest group that has room, and so on. */
export function firstOpened({ groups }: ModelOutline): ReadonlySet<number> {
  const { boxes, below } = insides(groups);
  const opened = new Set([0]);
  let count = boxes[0] ?? 0;
  let closed = [...(below[0] ?? [])];
  // A whole that is one group says nothing closed.
  let isForced = closed.length === 1;
  while (count < FEWEST_BOXES || isForced) {
    const fitting = isForced ? closed : closed.filter((group) => count + boxes[group] <= MOST_BOXES);
    const found = fitting.filter((group) => isWorthOpening(groups, below, boxes, group));
    if (found.length === 0) break;
    const next = found.reduce((best, group) => (groups.nodes[group] > groups.nodes[best] ? group : best));
    isForced = false;
    opened.add(next);
    count += boxes[next];
    closed = [...closed.filter((group) => group !== next), ...below[next]];
  }
  return opened;
}

/**
 * Whether there is more to see in a group than one box, or one function: that says no more than the group does. What a
 * function does inside, its name says.
 */
function isWorthOpening(
  groups: ModelGroups,
  below: readonly number[][],
  boxes: readonly number[],
  group: number,
): boolean {
  if (groups.type[group] === "function") return false;
  if (boxes[group] > 1 || groups.below[group] > 1) return true;
  const [only] = below[group];
  return only !== undefined && groups.type[only] !== "function" && boxes[only] > 1;
}

/**
 * How many boxes are directly in each group, and which groups are: those in a row that are alike are one. Of a group
 * whose groups were not all sent nobody knows, so it has no end of boxes.
 */
function insides({ parent, nodes, tucked, alike, below: count }: ModelGroups): {
  boxes: number[];
  below: number[][];
} {
  const drawn = nodes.map((all, group) => all - tucked[group]);
  const boxes = drawn.slice();
  const below: number[][] = parent.map(() => []);
  const sent = parent.map(() => 0);
  const last = parent.map(() => -1);
  parent.forEach((above, group) => {
    if (above < 0) return;
    boxes[above] -= drawn[group];
    sent[above]++;
    if (alike[group] < 0 || alike[group] !== last[above]) below[above].push(group);
    last[above] = alike[group];
  });
  return {
    boxes: boxes.map((own, group) =>
      sent[group] < count[group] ? Number.POSITIVE_INFINITY : Math.max(0, own) + below[group].length,
    ),
    below,
  };
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
