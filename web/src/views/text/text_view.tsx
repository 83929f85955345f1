/** Texts: a card for each tag, in groups that fold. */

import { computed } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { GrowingTree } from "../../state/tag_tree";
import { LazyCard } from "../cards/lazy_card";
import { useKeptScroll } from "../steps/kept_scroll";
import { sectionsOfTags } from "../steps/sections_of_tags";
import { type TagSection, TagSections } from "../steps/tag_sections";
import { TextCard } from "./text_card";
import { textFields } from "./text_link";
import { listedTextTags, nameOf, textTags } from "./text_values";

const tree = new GrowingTree();

const sections = computed<TagSection<Tag>[]>(() => {
  const byName = new Map(listedTextTags.value.map((tag) => [nameOf(tag.name), tag]));
  const grown = tree.of(textTags.value.map((tag) => nameOf(tag.name)));
  return sectionsOfTags(grown, { names: [...byName.keys()], hasFamilies: false }).map(
    ({ items, ...section }) => ({
      ...{ ...section, source: "", isFolded: false },
      items: items.map(({ name }) => byName.get(name)).filter((tag) => tag !== undefined),
    }),
  );
});

function card(tag: Tag): ComponentChild {
  return (
    <LazyCard
      key={tag.name}
      name={tag.name}
      isExpanded={textFields.expanded === tag.name}
      card={() => <TextCard tag={tag} />}
    />
  );
}

export function TextView() {
  const body = useRef<HTMLDivElement>(null);
  useKeptScroll("text", body);
  return (
    <div ref={body} class="view-body texts">
      <TagSections sections={sections.value} card={card} total={textTags.value.length} />
    </div>
  );
}
