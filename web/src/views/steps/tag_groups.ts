/** Tags in groups: the part of the name before the first "/". */

import type { Tag } from "../../api/catalogue";
import { compareNatural } from "../../kit/natural_order";

export interface Group {
  /** Empty for tags without "/". */
  name: string;
  tags: Tag[];
}

export function groupOf(tag: string): string {
  const slash = tag.indexOf("/");
  return slash < 0 ? "" : tag.slice(0, slash);
}

/**
 * Tags by group: groups in natural order, the one of tags without "/" first; tags in the order they came in. `nameOf`
 * gives a tag's name as people know it.
 */
export function groupTags(tags: readonly Tag[], nameOf: (tag: string) => string = (tag) => tag): Group[] {
  const groups = new Map<string, Tag[]>();
  for (const tag of tags) {
    const name = groupOf(nameOf(tag.name));
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [tag]);
    else known.push(tag);
  }
  return [...groups]
    .map(([name, members]) => ({ name, tags: members }))
    .sort((one, other) => compareNatural(one.name, other.name));
}
