/** Cards in sections that fold, which the views over steps have below their toolbars. */

import type { ComponentChild } from "preact";
import { plural } from "../../kit/format";
import { changeSubject, subjectFields, toggleFolded } from "../../state/subject";

export interface TagSection<Item> {
  /** The key of its folding: a group's name, or a word that no group has. */
  key: string;
  /** Empty for the tags without a group. */
  name: string;
  /** Where it is from, if that has to be said. */
  source: string;
  items: readonly Item[];
  /** Whether it is folded before the user says otherwise. */
  isFolded: boolean;
}

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
        <p>None of {plural(total, "tag")} matches the filter.</p>
        <button type="button" onClick={() => changeSubject({ tagFilter: "" })}>
          Clear the filter
        </button>
      </div>
    );
  }
  return (
    <>
      {sections.map((section) => (
        <Section key={section.key} section={section} card={card} />
      ))}
    </>
  );
}

interface SectionProps<Item> {
  section: TagSection<Item>;
  card: (item: Item) => ComponentChild;
}

function Section<Item>({ section, card }: SectionProps<Item>) {
  const { key, name, source, items } = section;
  const isFolded = subjectFields.folded.has(key) !== section.isFolded;
  return (
    <section class="group" aria-label={name || "tags without a group"}>
      <h2>
        <button type="button" aria-expanded={!isFolded} onClick={() => toggleFolded(key)}>
          <span class={`triangle${isFolded ? "" : " is-open"}`} aria-hidden="true" />
          {name === "" ? <span class="quiet">no group</span> : name}
          <span class="quiet"> {items.length}</span>
          {source !== "" && <span class="quiet"> · {source}</span>}
        </button>
      </h2>
      {!isFolded && <div class="grid">{items.map(card)}</div>}
    </section>
  );
}
