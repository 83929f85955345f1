/** Images: a card for each tag, in groups that fold. */

import { computed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { shownRuns } from "../../runs/listed_runs";
import type { CardPlace } from "../cards/card_place";
import { useKeptScroll } from "../steps/kept_scroll";
import { TagSections } from "../steps/tag_sections";
import { ImageCard } from "./image_card";
import { imageFields, WIDTHS } from "./image_link";
import { imageTags } from "./image_values";

/** How many runs stand side by side in a card: as many as any tag has of those that are shown. */
const mostColumns = computed(() => {
  const shown = new Set(shownRuns.value.map((run) => run.id));
  return Math.max(
    1,
    ...imageTags.listed.value.map(({ runs }) => runs.filter((run) => shown.has(run)).length),
  );
});

function place(tag: Tag): CardPlace {
  return {
    key: tag.name,
    isExpanded: imageFields.expanded === tag.name,
    card: () => <ImageCard tag={tag} />,
  };
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
      <TagSections sections={imageTags.sections.value} place={place} total={imageTags.all.value.length} />
    </div>
  );
}
