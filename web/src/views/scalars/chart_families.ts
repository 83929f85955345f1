/** Families of tags, as the scalars view shows them: one row for all, and their charts below it where it is open. */

import type { Tag } from "../../api/catalogue";
import type { FamilyMember, TagFamily } from "../../state/tag_tree";
import { type Chart, chartOfTag } from "./chart_definitions";

export interface ChartFamily {
  /** With a star in place of the number. */
  key: string;
  /** The part of the key that the section's heading does not say. */
  label: string;
  /** By number, those that have a tag. */
  members: readonly FamilyMember[];
  /** Of the members, in their order. */
  tags: readonly Tag[];
}

export function chartFamily(
  { key, members }: TagFamily,
  section: string,
  tagsByName: ReadonlyMap<string, Tag>,
): ChartFamily {
  const known = members.flatMap((member) => {
    const tag = tagsByName.get(member.name);
    return tag === undefined ? [] : [{ member, tag }];
  });
  return {
    ...{ key, label: labelOf(key, section) },
    members: known.map(({ member }) => member),
    tags: known.map(({ tag }) => tag),
  };
}

/** The part of a name that a section's heading does not say. */
export function nameBelow(name: string, section: string): string {
  return section !== "" && name.startsWith(section) ? name.slice(section.length + 1) : name;
}

/** The same, without the number's star where that is a part of its own at the start. */
function labelOf(key: string, section: string): string {
  return nameBelow(key, section).replace(/^\*[/.]/u, "");
}

/** All tags of a family as one chart, which is asked for and not drawn. */
export function chartOfFamily({ key, tags }: ChartFamily): Chart {
  return {
    ...{ key: `\n${key}`, title: key, tags, margins: [], xTag: null },
    definition: null,
    missing: [],
    refused: [],
  };
}

/** Whether one of its charts is looked at: then the others are there too. */
export function isLookedInto({ members }: ChartFamily, keys: readonly (string | null)[]): boolean {
  return members.some(({ name }) => keys.includes(name));
}

export function chartsOf({ tags }: ChartFamily): Chart[] {
  return tags.map(chartOfTag);
}
