/** Distributions: a card for each tag, in groups that fold; a family of tags is a group. */

import { computed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { shownRuns } from "../../runs/listed_runs";
import { chartSize } from "../../state/preferences";
import type { CardPlace } from "../cards/card_place";
import { useKeptScroll } from "../steps/kept_scroll";
import type { TagSection } from "../steps/section_rows";
import { sectionsOfTags } from "../steps/sections_of_tags";
import { TagSections } from "../steps/tag_sections";
import { isBeside } from "./card_panels";
import { DistributionCard } from "./distribution_card";
import { histogramTags } from "./distribution_values";
import { distributionFields } from "./distributions_link";
import { Tooltip } from "./tooltip";

const sections = computed<TagSection<Tag>[]>(() => {
  const names = [...histogramTags.byName.value.keys()];
  return sectionsOfTags(histogramTags.tree.value, { names, hasFamilies: true }).flatMap((section) => {
    const { key, name, within, items } = section;
    const alone = histogramTags.named(items.filter(({ family }) => family === null).map((item) => item.name));
    const shared = { source: "", isFolded: false };
    const families = items
      .filter(({ family }) => family !== null)
      .map(({ name: familyName, family }) => ({
        ...{
          ...shared,
          key: familyName,
          name: familyName,
          within: alone.length > 0 ? [...within, key] : within,
        },
        items: histogramTags.named(family?.members.map((member) => member.name) ?? []),
      }));
    return alone.length > 0 ? [{ ...shared, key, name, within, items: alone }, ...families] : families;
  });
});

function place(tag: Tag): CardPlace {
  return {
    key: tag.name,
    isExpanded: distributionFields.expanded === tag.name,
    card: () => <DistributionCard tag={tag} />,
  };
}

/** How wide a card is at least where three runs or more stand beside each other in it, in CSS pixels. */
const WIDTH_FOR_THREE = 440;

/** Whether some card has three runs beside each other or more, and no size was chosen. */
const isWide = computed(() => {
  if (chartSize.value !== "medium" || !isBeside(distributionFields.form)) return false;
  const shown = new Set(shownRuns.value.map(({ id }) => id));
  return histogramTags.listed.value.some(({ runs }) => runs.filter((run) => shown.has(run)).length > 2);
});

export function DistributionsView() {
  const body = useRef<HTMLDivElement>(null);
  useKeptScroll("distributions", body);
  return (
    <div
      ref={body}
      class={`view-body distributions is-${chartSize.value}`}
      style={isWide.value ? { "--least-width": `${WIDTH_FOR_THREE}px` } : {}}
    >
      <TagSections sections={sections.value} place={place} total={histogramTags.all.value.length} />
      <Tooltip />
    </div>
  );
}
