/** The sections of a view: which are there and folded, and which share a grid. */

import { subjectFields } from "../../state/subject";

export interface TagSection<Item> {
  /** The key of its folding: a path of the tree of tags, or a word that no tag begins with. */
  key: string;
  /** Empty for the tags without a group. */
  name: string;
  /** A line in place of the name and the count. */
  heading?: string;
  /** Where it is from, if that has to be said. */
  source: string;
  /** The keys of the sections that it is in: it is there while none of them is folded. */
  within?: readonly string[];
  items: readonly Item[];
  /** How many there are, where some items are parts of others. */
  count?: number;
  /** Whether an item needs the whole width: then the heading has it too. */
  hasWideItems?: boolean;
  /** Whether it is folded before the user says otherwise. */
  isFolded: boolean;
}

/** With more items than these a section has a row of its own for its heading. */
const MOST_INLINE = 3;

/** Sections that stand below each other; small ones that follow each other flow in one grid. */
export interface SectionRow<Item> {
  sections: readonly TagSection<Item>[];
  isFlowing: boolean;
}

export function isFolded<Item>({ key, isFolded: isAtFirst }: TagSection<Item>): boolean {
  return subjectFields.folded.has(key) !== isAtFirst;
}

function isSmall<Item>(section: TagSection<Item>): boolean {
  return section.items.length <= MOST_INLINE && section.hasWideItems !== true && !isFolded(section);
}

/** The sections that are there. */
export function inRows<Item>(sections: readonly TagSection<Item>[]): SectionRow<Item>[] {
  const folded = new Set(sections.filter(isFolded).map(({ key }) => key));
  const rows: SectionRow<Item>[] = [];
  let flowing: TagSection<Item>[] | null = null;
  for (const section of sections) {
    if (section.within?.some((key) => folded.has(key))) continue;
    if (!isSmall(section)) {
      flowing = null;
      rows.push({ sections: [section], isFlowing: false });
    } else if (flowing === null) {
      flowing = [section];
      rows.push({ sections: flowing, isFlowing: true });
    } else flowing.push(section);
  }
  return rows;
}
