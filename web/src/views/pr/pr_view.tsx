/** Precision-recall curves: a card for each tag, in groups that fold. */

import { useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { chartSize } from "../../state/preferences";
import type { CardPlace } from "../cards/card_place";
import { useKeptScroll } from "../steps/kept_scroll";
import { TagSections } from "../steps/tag_sections";
import { PrCard } from "./pr_card";
import { prFields } from "./pr_link";
import { prTags } from "./pr_values";
import { Tooltip } from "./tooltip";

function place(tag: Tag): CardPlace {
  return {
    key: tag.name,
    isExpanded: prFields.expanded === tag.name,
    card: () => <PrCard tag={tag} />,
  };
}

export function PrView() {
  const body = useRef<HTMLDivElement>(null);
  useKeptScroll("pr", body);
  return (
    <div ref={body} class={`view-body pr-curves is-${chartSize.value}`}>
      <TagSections sections={prTags.sections.value} place={place} total={prTags.all.value.length} />
      <Tooltip />
    </div>
  );
}
