/** Which group is opened next, for a first picture that says something and can be read. */

import type { ModelGroups, ModelPart } from "../../../api/model";

const FEWEST_BOXES = 10;
const MOST_BOXES = 40;

/** A group to open beside those whose parts are given; null where the picture has enough in it, or would have too much. */
export function nextToOpen(groups: ModelGroups, parts: ReadonlyMap<number, ModelPart>): number | null {
  let count = 0;
  const closed: number[] = [];
  for (const { boxes } of parts.values()) {
    count += boxes.group.length;
    for (const group of boxes.group) if (group >= 0 && !parts.has(group)) closed.push(group);
  }
  const whole = parts.get(0);
  const below = whole?.boxes.group.filter((group) => group >= 0) ?? [];
  if (parts.size === 1 && below.length === 1) return below[0];
  if (count >= FEWEST_BOXES) return null;
  const own = nodesOfTheirOwn(groups);
  // Groups whose children were not sent are not opened by themselves: nobody knows how many they are.
  const fitting = closed.filter(
    (group) =>
      group < own.length &&
      count + own[group] + groups.below[group] <= MOST_BOXES &&
      own[group] + groups.below[group] > 1,
  );
  if (fitting.length === 0) return null;
  return fitting.reduce((best, group) => (groups.nodes[group] > groups.nodes[best] ? group : best));
}

function nodesOfTheirOwn({ parent, nodes }: ModelGroups): number[] {
  const own = nodes.slice();
  parent.forEach((above, group) => {
    if (above >= 0) own[above] -= nodes[group];
  });
  return own.map((count) => Math.max(0, count));
}
