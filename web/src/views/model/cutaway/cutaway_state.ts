/** What the cutaway shows: which cost is the area, what the colours tell, and into which group it is zoomed. */

import { computed, type ReadonlySignal } from "@preact/signals";
import type { CostKind } from "../../../api/model";
import { type CutawayColour, changeModel, modelFields } from "../model_link";
import { outline, partOf } from "../model_state";
import { formatOverlay } from "../overlay/overlay";
import { overlay } from "../overlay/overlay_state";
import { type CutawayTree, cutawayTree } from "./cutaway_tree";

/** The cost that is the area: the chosen one, else that of the overlay, else the first; null where there is none. */
export const areaCost: ReadonlySignal<CostKind | null> = computed(() => {
  const costs = outline.value?.costs ?? [];
  const named = (name: string | null | undefined) => costs.find((cost) => cost.name === name);
  return named(modelFields.area) ?? named(overlay.value?.name) ?? costs[0] ?? null;
});

/** Whether the overlay says something else than the areas do. */
export const isOverlayApart = computed(
  () => overlay.value !== null && overlay.value.name !== areaCost.value?.name,
);

export const colourBy: ReadonlySignal<CutawayColour> = computed(
  () => modelFields.colour ?? (isOverlayApart.value ? "overlay" : "branch"),
);

/** The group that is looked into; 0 for the whole, and for one that the graph does not have. */
export const zoomed: ReadonlySignal<number> = computed(() => {
  const key = modelFields.zoom;
  return key === null ? 0 : Math.max(0, outline.value?.groups.key.indexOf(key) ?? 0);
});

export const tree: ReadonlySignal<CutawayTree | null> = computed(() => {
  const [shown, cost] = [outline.value, areaCost.value];
  if (shown === null || cost === null) return null;
  const group = zoomed.value;
  // Of the group that is looked into the nodes are boxes too, as soon as they are known.
  const { part } = partOf(group).value;
  return cutawayTree(shown, cost.name, cost.adds, part === null ? null : { group, part });
});

/** Name and class of an item, and of a node also what it is called in messages. */
export interface ItemName {
  name: string;
  type: string;
  key: string;
}

const REST = "rest";

export function nameOf(of: CutawayTree, item: number): ItemName {
  const groups = outline.value?.groups;
  const group = of.group[item];
  const key = groups?.key[group] ?? "";
  if (of.isRest[item]) return { name: REST, type: "", key: `${key}/${REST}` };
  if (of.node[item] < 0)
    return { name: groups?.name[group] || "model", type: groups?.type[group] ?? "", key };
  const boxes = partOf(group).value.part?.boxes;
  const box = boxes?.node.indexOf(of.node[item]) ?? -1;
  const name = boxes?.name[box] ?? "";
  return { name, type: boxes?.type[box] ?? "", key: boxes?.key[box] ?? `${key}/${name}` };
}

/** A cost with its unit's digits. */
export function valueText(value: number): string {
  return formatOverlay(value, areaCost.value?.unit ?? "value");
}

/** Look into a group. */
export function zoomInto(group: number): void {
  const key = outline.value?.groups.key[group];
  changeModel({ zoom: group === 0 || key === undefined ? null : key });
}

/** Look at what is around; false where that is everything already. */
export function stepBackCutaway(): boolean {
  const group = zoomed.peek();
  if (group === 0) return false;
  zoomInto(outline.peek()?.groups.parent[group] ?? 0);
  return true;
}
