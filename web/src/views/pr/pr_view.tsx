/** Precision-recall curves: a card for each tag, in groups that fold. */

import type { ComponentChild } from "preact";
import { useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { chartSize } from "../../state/preferences";
import { LazyCard } from "../cards/lazy_card";
import { useKeptScroll } from "../steps/kept_scroll";
import { TagSections } from "../steps/tag_sections";
import { PrCard } from "./pr_card";
import { prFields } from "./pr_link";
import { prTags } from "./pr_values";
import { Tooltip } from "./tooltip";

function card(tag: Tag): ComponentChild {
  return (
    <LazyCard
      key={tag.name}
      name={tag.name}
      isExpanded={prFields.expanded === tag.name}
      card={() => <PrCard tag={tag} />}
    />
  );
}

export function PrView() {
  const body = useRef<HTMLDivElement>(null);
  useKeptScroll("pr", body);
  return (
    <div ref={body} class={`view-body pr-curves is-${chartSize.value}`}>
      <TagSections sections={prTags.sections.value} card={card} total={prTags.all.value.length} />
      <Tooltip />
    </div>
  );
}
