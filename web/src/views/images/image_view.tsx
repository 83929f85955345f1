/** Images: a card for each tag, in groups that fold. */

import { computed } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { shownRuns } from "../../runs/listed_runs";
import { GrowingTree } from "../../state/tag_tree";
import { LazyCard } from "../cards/lazy_card";
import { useKeptScroll } from "../steps/kept_scroll";
import { sectionsOfTags } from "../steps/sections_of_tags";
import { type TagSection, TagSections } from "../steps/tag_sections";
import { ImageCard } from "./image_card";
import { imageFields, WIDTHS } from "./image_link";
import { imageTags, listedImageTags } from "./image_values";

const tree = new GrowingTree();

const sections = computed<TagSection<Tag>[]>(() => {
  const byName = new Map(listedImageTags.value.map((tag) => [tag.name, tag]));
  const grown = tree.of(imageTags.value.map((tag) => tag.name));
  return sectionsOfTags(grown, { names: [...byName.keys()], hasFamilies: false }).map(
    ({ items, ...section }) => ({
      ...{ ...section, source: "", isFolded: false },
      items: items.map(({ name }) => byName.get(name)).filter((tag) => tag !== undefined),
    }),
  );
});

/** How many runs stand side by side in a card: as many as any tag has of those that are shown. */
const mostColumns = computed(() => {
  const shown = new Set(shownRuns.value.map((run) => run.id));
  return Math.max(1, ...listedImageTags.value.map(({ runs }) => runs.filter((run) => shown.has(run)).length));
});

function card(tag: Tag): ComponentChild {
  return (
    <LazyCard
      key={tag.name}
      name={tag.name}
      isExpanded={imageFields.expanded === tag.name}
      card={() => <ImageCard tag={tag} />}
    />
  );
}

export function ImageView() {
  const body = useRef<HTMLDivElement>(null);
  useKeptScroll("images", body);
  const width = WIDTHS[imageFields.size];
  return (
    <div
      ref={body}
      class={imageFields.across === "steps" ? "view-body images has-strips" : "view-body images"}
      style={{ "--cell-width": `${width}px`, "--columns": Math.min(mostColumns.value, 50) }}
    >
      <TagSections sections={sections.value} card={card} total={imageTags.value.length} />
    </div>
  );
}
