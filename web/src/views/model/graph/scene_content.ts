/** The parts of the opened groups, as far as they are there, and what is said in the boxes of those that are not. */

import type { ModelOutline, ModelPart } from "../../../api/model";
import type { SceneContent } from "../../../charts/graph/scene";
import { opened, partOf } from "../model_state";
import { hasAsides, hasControls } from "./graph_options";

export interface KnownParts {
  content: SceneContent;
  /** By the groups that are open and not here: why. */
  notes: ReadonlyMap<number, string>;
  /** Whether a part of an open group is still to come. */
  isReading: boolean;
}

/**
 * `before` are parts that were shown: they stay until others are here. All that are to be seen are asked for at once,
 * not each after the one around it. Reads signals.
 */
export function knownParts(of: ModelOutline, before: ReadonlyMap<number, ModelPart>): KnownParts {
  const parts = new Map<number, ModelPart>();
  const notes = new Map<number, string>();
  const { parent } = of.groups;
  const isInSight = (group: number): boolean =>
    group === 0 || (opened.value.has(group) && isInSight(parent[group] ?? 0));
  for (const group of opened.value) if (group < parent.length && isInSight(group)) partOf(group);
  let isReading = false;
  const groups = [0];
  for (const group of groups) {
    const { part: loaded, problem } = partOf(group).value;
    const part = loaded ?? before.get(group) ?? null;
    if (loaded === null) notes.set(group, problem === "" ? "reading…" : problem);
    if (part === null && problem === "") isReading = true;
    if (part === null) continue;
    parts.set(group, part);
    for (const below of part.boxes.group)
      if (below > 0 && opened.value.has(below) && !parts.has(below)) groups.push(below);
  }
  const content = {
    ...{ parts, title: of.title, hasControls: hasControls.value, hasAsides: hasAsides.value },
    words: { tucked: of.source === "trace" ? "weight" : "constant" },
  };
  return { content, notes, isReading };
}
