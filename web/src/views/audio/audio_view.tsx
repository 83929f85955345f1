/** Sounds: a card for each tag, in groups that fold. */

import { computed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { shownRuns } from "../../runs/listed_runs";
import type { CardPlace } from "../cards/card_place";
import { useKeptScroll } from "../steps/kept_scroll";
import { TagSections } from "../steps/tag_sections";
import { AudioCard } from "./audio_card";
import { audioFields } from "./audio_link";
import { audioTags } from "./audio_values";
import { player } from "./player";

/** Rows that a card has room for: as many runs as any tag has of those that are shown, and no more than three. */
const rows = computed(() => {
  const shown = new Set(shownRuns.value.map((run) => run.id));
  const counts = audioTags.listed.value.map(({ runs }) => runs.filter((run) => shown.has(run)).length);
  return Math.min(3, Math.max(1, ...counts));
});

function place(tag: Tag): CardPlace {
  return {
    key: tag.name,
    isExpanded: audioFields.expanded === tag.name,
    card: () => <AudioCard tag={tag} />,
  };
}

export function AudioView() {
  const body = useRef<HTMLDivElement>(null);
  useKeptScroll("audio", body);
  useEffect(() => () => player.pause(), []);
  return (
    <div ref={body} class="view-body audio" style={{ "--rows": rows.value }}>
      <TagSections sections={audioTags.sections.value} place={place} total={audioTags.all.value.length} />
    </div>
  );
}
