/**
 * Cards in sections that fold, which the views over steps have below their toolbars. Small sections in a row share one
 * grid, with each heading above its first card; others have a heading over the whole width.
 */

import type { ComponentChild } from "preact";
import { plural } from "../../kit/format";
import { changeSubject, subjectFields, toggleFolded } from "../../state/subject";

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

interface TagSectionsProps<Item> {
  sections: readonly TagSection<Item>[];
  card: (item: Item) => ComponentChild;
  /** How many tags there are before the filter. */
  total: number;
}

export function TagSections<Item>({ sections, card, total }: TagSectionsProps<Item>) {
  if (sections.length === 0) {
    return (
      <div class="empty-state">
        <p>
          None of {plural(total, "tag")} matches the filter
          {subjectFields.subject !== "" && " and the subject"}.
        </p>
        <button type="button" onClick={() => changeSubject({ tagFilter: "", isFilterOff: false })}>
          Clear the filter
        </button>
      </div>
    );
  }
  return (
    <>
      {inRows(sections).map((row) =>
        row.length === 1 && !isSmall(row[0]) ? (
          <Section key={row[0].key} section={row[0]} card={card} />
        ) : (
          <div key={row[0].key} class="grid is-flowing">
            {row.map((section) => (
              <SmallSection key={section.key} section={section} card={card} />
            ))}
          </div>
        ),
      )}
    </>
  );
}

function isFolded<Item>({ key, isFolded: isAtFirst }: TagSection<Item>): boolean {
  return subjectFields.folded.has(key) !== isAtFirst;
}

function isSmall<Item>(section: TagSection<Item>): boolean {
  return section.items.length <= MOST_INLINE && section.hasWideItems !== true && !isFolded(section);
}

/** The sections that are there; small ones that follow each other in one row. */
function inRows<Item>(sections: readonly TagSection<Item>[]): TagSection<Item>[][] {
  const folded = new Set(sections.filter(isFolded).map(({ key }) => key));
  const rows: TagSection<Item>[][] = [];
  let flowing: TagSection<Item>[] | null = null;
  for (const section of sections) {
    if (section.within?.some((key) => folded.has(key))) continue;
    if (!isSmall(section)) {
      flowing = null;
      rows.push([section]);
    } else if (flowing === null) {
      flowing = [section];
      rows.push(flowing);
    } else flowing.push(section);
  }
  return rows;
}

interface SectionProps<Item> {
  section: TagSection<Item>;
  card: (item: Item) => ComponentChild;
}

function Section<Item>({ section, card }: SectionProps<Item>) {
  return (
    <section class="group" aria-label={section.name || NO_GROUP}>
      <Heading section={section} />
      {!isFolded(section) && <div class="grid">{section.items.map(card)}</div>}
    </section>
  );
}

function SmallSection<Item>({ section, card }: SectionProps<Item>) {
  const [first, ...others] = section.items;
  return (
    <section class="small-group" aria-label={section.name || NO_GROUP}>
      <div class="headed">
        <Heading section={section} />
        {card(first)}
      </div>
      {others.map(card)}
    </section>
  );
}

const NO_GROUP = "tags without a group";

function Heading<Item>({ section }: { section: TagSection<Item> }) {
  const { key, name, source, items, heading, count } = section;
  const isClosed = isFolded(section);
  return (
    <h2>
      <button type="button" aria-expanded={!isClosed} onClick={() => toggleFolded(key)}>
        <span class={`triangle${isClosed ? "" : " is-open"}`} aria-hidden="true" />
        {heading !== undefined && <span class="quiet">{heading}</span>}
        {heading === undefined &&
          (name === "" ? <span class="quiet">no group</span> : <span class="group-name">{name}</span>)}
        {heading === undefined && <span class="quiet"> {count ?? items.length}</span>}
        {source !== "" && <span class="quiet"> · {source}</span>}
      </button>
    </h2>
  );
}
