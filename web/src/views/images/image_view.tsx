/** Images: a card for each tag, in groups that fold. */

import { useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import type { CardPlace } from "../cards/card_place";
import { useKeptScroll } from "../steps/kept_scroll";
import { TagSections } from "../steps/tag_sections";
import { isFirstScreenComing } from "./first_screen";
import { ImageCard } from "./image_card";
import { imageFields, WIDTHS } from "./image_link";
import { imageTags, mostColumns } from "./image_values";

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
      <TagSections
        sections={imageTags.sections.value}
        place={place}
        total={imageTags.all.value.length}
        isHeld={isFirstScreenComing.value}
      />
    </div>
  );
}
