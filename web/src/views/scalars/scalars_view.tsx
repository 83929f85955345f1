/** Curves: a card for each chart, in sections that fold, and a row for each family of tags. */

import { useRef } from "preact/hooks";
import { chartSize } from "../../state/preferences";
import { scalarTags } from "../../state/server";
import type { CardPlace } from "../cards/card_place";
import { useKeptScroll } from "../steps/kept_scroll";
import type { TagSection } from "../steps/section_rows";
import { TagSections } from "../steps/tag_sections";
import { ChartCard } from "./chart_card";
import { chartFields } from "./chart_link";
import { type ChartItem, chartSections } from "./chart_sections";
import { soughtChart } from "./charts_of_log";
import { FamilyRow } from "./family_row";
import { Spoken, Tooltip } from "./tooltip";

function place(item: ChartItem): CardPlace {
  if (item.family !== null) {
    const { family, isOpen } = item;
    return {
      key: `\n${family.key}`,
      isRow: true,
      card: () => <FamilyRow family={family} isOpen={isOpen} />,
    };
  }
  const { chart, label } = item;
  return {
    key: chart.key,
    isExpanded: chartFields.expanded === chart.key,
    card: () => <ChartCard chart={chart} label={label} />,
  };
}

/** As many charts at most fill a wide window. */
const FEW = 4;

function hasFew(sections: readonly TagSection<ChartItem>[]): boolean {
  const open = sections.filter(({ isFolded }) => !isFolded);
  const count = open.reduce((sum, { items }) => sum + items.length, 0);
  return count <= FEW && !open.some(({ hasWideItems }) => hasWideItems);
}

export function ScalarsView() {
  const few = hasFew(chartSections.value) ? " has-few" : "";
  const body = useRef<HTMLDivElement>(null);
  useKeptScroll("scalars", body);
  return (
    <>
      <div ref={body} class={`view-body charts is-${chartSize.value}${few}`}>
        <TagSections
          sections={chartSections.value}
          place={place}
          total={scalarTags.value.length}
          sought={soughtChart}
        />
      </div>
      <Tooltip />
      <Spoken />
    </>
  );
}
