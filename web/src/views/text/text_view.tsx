/** Texts: a card for each tag, in groups that fold. */

import { useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import type { CardPlace } from "../cards/card_place";
import { useKeptScroll } from "../steps/kept_scroll";
import { TagSections } from "../steps/tag_sections";
import { TextCard } from "./text_card";
import { textFields } from "./text_link";
import { textTags } from "./text_values";

function place(tag: Tag): CardPlace {
  return {
    key: tag.name,
    isExpanded: textFields.expanded === tag.name,
    card: () => <TextCard tag={tag} />,
  };
}

export function TextView() {
  const body = useRef<HTMLDivElement>(null);
  useKeptScroll("text", body);
  return (
    <div ref={body} class="view-body texts">
      <TagSections sections={textTags.sections.value} place={place} total={textTags.all.value.length} />
    </div>
  );
}
