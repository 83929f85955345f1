/** Texts: a card for each tag, in groups that fold. */

import type { ComponentChild } from "preact";
import { useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { LazyCard } from "../cards/lazy_card";
import { useKeptScroll } from "../steps/kept_scroll";
import { TagSections } from "../steps/tag_sections";
import { TextCard } from "./text_card";
import { textFields } from "./text_link";
import { textTags } from "./text_values";

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
      <TagSections sections={textTags.sections.value} card={card} total={textTags.all.value.length} />
    </div>
  );
}
