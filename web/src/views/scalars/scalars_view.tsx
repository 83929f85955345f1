/** Curves: pinned charts, the user's own charts, the logs' layouts, then one chart per tag, in groups that fold. */

import { computed } from "@preact/signals";
import type { ComponentChild } from "preact";
import { chartSize } from "../../state/preferences";
import { scalarTags } from "../../state/server";
import { LazyCard } from "../cards/lazy_card";
import { groupTags } from "../steps/tag_groups";
import { type TagSection, TagSections } from "../steps/tag_sections";
import { ChartCard } from "./chart_card";
import { type Chart, chartOfTag } from "./chart_definitions";
import { chartFields } from "./chart_link";
import { layoutCharts, listedTags, ownCharts, pinnedCharts, soughtChart, tagSieve } from "./charts_of_log";
import { Spoken, Tooltip } from "./tooltip";

type ChartSection = TagSection<Chart>;

/** No tag has a name that begins so. */
const MADE = "\n";

const sections = computed<ChartSection[]>(() => {
  const { passes } = tagSieve.value;
  const listed = (charts: readonly Chart[]): Chart[] =>
    charts.filter((chart) => passes(chart.title) || chart.tags.some((tag) => passes(tag.name)));
  const made = (name: string, charts: readonly Chart[]): ChartSection => ({
    ...{ key: `${MADE}${name}`, name, source: "", items: listed(charts), isFolded: false },
  });
  const own = ownCharts.value.filter(({ key }) => !chartFields.pins.includes(key));
  const found = [
    made("pinned", pinnedCharts.value),
    made("own charts", own),
    ...layoutCharts.value.map(
      ({ title, closed, charts }): ChartSection => ({
        ...{ key: `${MADE}${title}`, name: title, source: "layout in the log", isFolded: closed },
        items: listed(charts),
      }),
    ),
    ...groupTags(listedTags.value).map(
      (group): ChartSection => ({
        ...{ key: group.name, name: group.name, source: "", isFolded: false },
        items: group.tags.map(chartOfTag),
      }),
    ),
  ];
  return found.filter(({ items }) => items.length > 0);
});

function card(chart: Chart): ComponentChild {
  return (
    <LazyCard
      key={chart.key}
      name={chart.key}
      sought={soughtChart}
      isExpanded={chartFields.expanded === chart.key}
      card={() => <ChartCard chart={chart} />}
    />
  );
}

export function ScalarsView() {
  return (
    <>
      <div class={`view-body charts is-${chartSize.value}`}>
        <TagSections sections={sections.value} card={card} total={scalarTags.value.length} />
      </div>
      <Tooltip />
      <Spoken />
    </>
  );
}
