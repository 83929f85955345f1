/** Texts: a card for each tag, in groups that fold. */

import { computed } from "@preact/signals";
import type { ComponentChild } from "preact";
import type { Tag } from "../../api/catalogue";
import { LazyCard } from "../cards/lazy_card";
import { groupTags } from "../steps/tag_groups";
import { type TagSection, TagSections } from "../steps/tag_sections";
import { TextCard } from "./text_card";
import { textFields } from "./text_link";
import { listedTextTags, nameOf, textTags } from "./text_values";

const sections = computed<TagSection<Tag>[]>(() =>
  groupTags(listedTextTags.value, nameOf).map(({ name, tags }) => ({
    ...{ key: name, name, source: "", isFolded: false },
    items: tags,
  })),
);

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
  return (
    <div class="view-body texts">
      <TagSections sections={sections.value} card={card} total={textTags.value.length} />
    </div>
  );
}
