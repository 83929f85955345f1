/** What is drawn in a place of some size: the boxes with their looks, and what the colours mean. */

import { nestedInRows, type Placed } from "../../../charts/treemap";
import { GROUND } from "../../../kit/colour";
import { theme } from "../../../state/preferences";
import type { Size } from "../../cards/use_sight";
import { outline, partOf } from "../model_state";
import type { Box } from "../overlay/overlay";
import { boxOfGroup, colourOf, markOf, textOf } from "../overlay/overlay_state";
import { inkOn } from "../overlay/scale";
import { areaCost, colourBy, nameOf, tree, valueText, zoomed } from "./cutaway_state";
import { branchesOf, type CutawayTree, FUNCTION } from "./cutaway_tree";
import { percent, roomIn, type Words } from "./labels";
import {
  GREY,
  HUES,
  huesOfBranches,
  type Look,
  overlayLook,
  type Painted,
  painted,
  restLook,
  tint,
  weightsBy,
} from "./paint";

export interface Scene {
  size: Size;
  zoomed: number;
  tree: CutawayTree;
  boxes: readonly Painted[];
}

/** What the overlay knows of an item. */
export function overlayBox(of: CutawayTree, item: number): Box {
  const shown = outline.value;
  const [group, node] = [of.group[item], of.node[item]];
  if (shown === null) return { group, node, costs: {} };
  if (node < 0) return boxOfGroup(shown, group);
  const { part } = partOf(group).value;
  const boxes = part?.boxes;
  const place = boxes?.node.indexOf(node) ?? -1;
  const dtype = part?.tensors[boxes?.output[place] ?? -1]?.dtype;
  const costs = Object.entries(boxes?.costs ?? {}).map(([name, values]) => [name, values[place] ?? null]);
  return { group: -1, node, costs: Object.fromEntries(costs), ...(dtype !== undefined && { dtype }) };
}

/** The share of the whole graph. */
export function shareOfAll({ weight }: CutawayTree, item: number): number {
  return weight[0] > 0 ? weight[item] / weight[0] : 0;
}

function wordsOf(of: CutawayTree, item: number): Words & { key: string; title: string } {
  const { name, type, key } = nameOf(of, item);
  const share = percent(shareOfAll(of, item));
  const value = valueText(of.weight[item]);
  const said = colourBy.value === "overlay" ? textOf(overlayBox(of, item)) : "";
  const title = `${key || name}: ${value}, ${share}${said === "" || said === value ? "" : `, ${said}`}`;
  // Where colours tell another number, that is worth more than the class.
  return { name, type: said === "" || said === value ? type : said, key, share, value, title };
}

/** The class of the module that an item is, or is a part of. */
function classOf(of: CutawayTree, item: number): string {
  const groups = outline.value?.groups;
  let group = of.group[item];
  while (groups?.type[group] === FUNCTION && groups.parent[group] >= 0) group = groups.parent[group];
  return groups?.type[group] || "no class";
}

/** What branches have in common that get the same hue. */
function sameAs(of: CutawayTree, item: number): string {
  const { alike } = outline.value?.groups ?? {};
  const kind = alike?.[of.group[item]] ?? -1;
  if (of.isRest[item]) return "rest";
  return of.node[item] < 0 && kind >= 0 ? `${of.parent[item]} ${kind}` : `item ${item}`;
}

interface Hues {
  of: (item: number) => number;
  /** By weight, largest first. */
  entries: readonly LegendEntry[];
}

export interface LegendEntry {
  name: string;
  hue: number;
  share: number;
}

const MOST_ENTRIES = 6;

function huesByBranch(of: CutawayTree): Hues {
  const branches = branchesOf(of, zoomed.value);
  const hues = huesOfBranches(
    branches.filter((item) => !of.isRest[item]),
    (item) => sameAs(of, item),
  );
  const hueOf = (item: number): number => {
    for (let at = item; at >= 0; at = of.parent[at]) {
      const hue = hues.get(at);
      if (hue !== undefined) return hue;
    }
    return GREY;
  };
  // Those that are alike are one entry.
  const alike = new Map<string, number[]>();
  for (const item of branches) alike.set(sameAs(of, item), [...(alike.get(sameAs(of, item)) ?? []), item]);
  const entries = [...alike.values()].map((items): LegendEntry => {
    const [first, last] = [nameOf(of, items[0]).name, nameOf(of, items[items.length - 1]).name];
    const name = items.length === 1 ? first : `${first} … ${last} ×${items.length}`;
    const share = items.reduce((sum, item) => sum + shareOfAll(of, item), 0);
    return { name, hue: hues.get(items[0]) ?? GREY, share };
  });
  return { of: hueOf, entries: largest(entries) };
}

function huesByClass(of: CutawayTree): Hues {
  const classes = weightsBy(of, zoomed.value, (item) => classOf(of, item));
  const hues = new Map(classes.map(([type], place) => [type, place < HUES ? place : GREY]));
  const whole = of.weight[0];
  const entries = classes.map(
    ([name, weight]): LegendEntry => ({ name, hue: hues.get(name) ?? GREY, share: weight / whole }),
  );
  return { of: (item) => hues.get(classOf(of, item)) ?? GREY, entries: largest(entries) };
}

function largest(entries: LegendEntry[]): LegendEntry[] {
  return entries.sort((one, other) => other.share - one.share).slice(0, MOST_ENTRIES);
}

function huesOf(of: CutawayTree): Hues | null {
  const by = colourBy.value;
  if (by === "overlay") return null;
  return by === "class" ? huesByClass(of) : huesByBranch(of);
}

/** What the hues mean, and how much of the whole has each; none where the colours are those of the overlay. */
export function legendEntries(of: CutawayTree): readonly LegendEntry[] {
  return huesOf(of)?.entries ?? [];
}

function looks(of: CutawayTree): (box: Placed) => Look {
  const shade = theme.value;
  const hues = huesOf(of);
  const isByClass = colourBy.value === "class";
  return ({ item, depth, isOpen }) => {
    if (hues === null) {
      const box = overlayBox(of, item);
      const look = overlayLook(colourOf(box), markOf(box), shade);
      // What is a part of a box has nothing recorded of its own.
      return of.isRest[item] ? restLook(GROUND[shade], shade) : look;
    }
    // By class the boxes around others are of no class that counts.
    const hue = isByClass && isOpen ? GREY : hues.of(item);
    const fill = tint(hue, depth, isOpen || of.isRest[item], shade);
    return of.isRest[item] ? restLook(fill, shade) : { fill, hatch: null };
  };
}

/** Reads signals: all that the picture depends on. Null without anything that has a cost. */
export function sceneOf(size: Size): Scene | null {
  const of = tree.value;
  const group = zoomed.value;
  if (of === null || of.weight[group] <= 0 || size.width <= 0 || size.height <= 0) return null;
  const placed = nestedInRows(of, group, { left: 0, top: 0, ...size }, roomIn);
  const boxes = painted(placed, looks(of), (item) => wordsOf(of, item), theme.value);
  return { size, zoomed: group, tree: of, boxes };
}

const MOST_SAID = 5;

/** The picture in words: the cost of the whole, and the largest branches. */
export function spokenScene(of: CutawayTree): string {
  const shares = branchesOf(of, zoomed.value)
    .map((item) => ({ name: nameOf(of, item).name, share: shareOfAll(of, item) }))
    .sort((one, other) => other.share - one.share)
    .slice(0, MOST_SAID)
    .map(({ name, share }) => `${name} ${percent(share)}`);
  const what = `${areaCost.value?.title ?? ""} ${valueText(of.weight[zoomed.value])}`;
  return `${what}: ${shares.join(", ")}`;
}

/** The colour of text on the ground. */
export function textColour(): string {
  return inkOn(null, theme.value);
}
