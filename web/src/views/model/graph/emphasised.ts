/** Keys of the boxes that stand out: what the selected box depends on and what depends on it, and what a search found. */

import type { ModelSearch } from "../../../api/model";
import { keyOf, placesOf, type Scene, thingOf } from "../../../charts/graph/scene";
import { reach, selected } from "../model_state";

/** Those that are not dimmed; null where none is. Reads signals. */
export function litKeys(scene: Scene | null): ReadonlySet<string> | null {
  const found = reach.value;
  if (found === null || scene === null) return null;
  const lit = new Set([
    ...found.nodes.map((node) => keyOf({ node })),
    ...found.groups.map((group) => keyOf({ group })),
  ]);
  if (selected.value !== null) {
    lit.add(keyOf(selected.value));
    // And the groups around it.
    let place = placesOf(scene).get(keyOf(selected.value));
    while (place !== undefined && place.frame.parent !== null) {
      place = { frame: place.frame.parent, box: place.frame.box };
      lit.add(keyOf(thingOf(place)));
    }
  }
  return lit;
}

/** A box that is not drawn is found in the innermost group around it that is. */
export function foundKeys(
  scene: Scene | null,
  search: ModelSearch | null,
  place: number,
): { found: string[]; current: string | null } {
  if (scene === null || search === null) return { found: [], current: null };
  const places = placesOf(scene);
  const keys = search.found.map(({ group, node, groups }) => {
    const own = keyOf(group >= 0 ? { group } : { node });
    if (places.has(own)) return own;
    return groups.map((each) => keyOf({ group: each })).findLast((key) => places.has(key)) ?? null;
  });
  return { found: [...new Set(keys.filter((key) => key !== null))], current: keys[place] ?? null };
}
