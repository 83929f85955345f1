/**
 * The sections of the page: pinned charts, the user's own charts, the logs' layouts, highlights, then the other tags by
 * their tree. Each chart of a tag is there once; tags without a point in the shown runs are in a section that is folded at
 * first.
 */

import { computed } from "@preact/signals";
import { plural } from "../../kit/format";
import { subjectFields } from "../../state/subject";
import { GrowingTree } from "../../state/tag_tree";
import { highlightsOf } from "../steps/highlights";
import type { TagSection } from "../steps/section_rows";
import { type SectionOfTags, sectionsOfTags } from "../steps/sections_of_tags";
import { type Chart, chartOfTag } from "./chart_definitions";
import { type ChartFamily, chartFamily, chartsOf, isLookedInto, nameBelow } from "./chart_families";
import { chartFields } from "./chart_link";
import {
  layoutCharts,
  listedTags,
  ownCharts,
  pinnedCharts,
  pointlessTags,
  soughtChart,
  tagNames,
  tagSieve,
  tagsByName,
} from "./charts_of_log";

/** A chart with the name that it has there, or a row of a family's charts. */
export type ChartItem =
  | { chart: Chart; family: null; isOpen: false; label: string }
  | { chart: null; family: ChartFamily; isOpen: boolean };

type ChartSection = TagSection<ChartItem>;

/** No tag has a name that begins so. */
const MADE = "\n";

const grown = new GrowingTree();

function itemOf(chart: Chart, label = chart.title): ChartItem {
  return { chart, family: null, isOpen: false, label };
}

function made(name: string, charts: readonly Chart[]): ChartSection {
  return {
    key: `${MADE}${name}`,
    name,
    source: "",
    items: charts.map((chart) => itemOf(chart)),
    isFolded: false,
  };
}

/** The tags that have points here: highlights, and the others by their tree. */
const tagSections = computed(() => {
  const pinned = new Set(chartFields.pins);
  const pointless = new Set(pointlessTags.value);
  const tree = grown.of(tagNames.value);
  const names = listedTags.value
    .map((tag) => tag.name)
    .filter((name) => !pinned.has(name) && !pointless.has(name));
  const { families } = tree;
  const highlights = highlightsOf(names, (name) => families.has(name));
  const first = new Set(highlights);
  const rest = sectionsOfTags(tree, {
    names: names.filter((name) => !first.has(name)),
    hasFamilies: true,
  });
  return { highlights, rest };
});

function chartsNamed(names: readonly string[]): Chart[] {
  const byName = tagsByName.value;
  return names
    .map((name) => byName.get(name))
    .filter((tag) => tag !== undefined)
    .map(chartOfTag);
}

/** The charts of a family that is open: below its heading and its row the number says which is which. */
function chartsBelow(row: ChartFamily, section: string): ChartItem[] {
  return chartsOf(row).map((chart) => itemOf(chart, nameBelow(chart.title, section)));
}

function sectionOf({ items, ...section }: SectionOfTags): ChartSection {
  const { detailed, expanded } = chartFields;
  const looked = [detailed, expanded, soughtChart.value];
  const byName = tagsByName.value;
  const hasWideItems = items.some(({ family }) => family !== null);
  const shown = items.flatMap(({ name, family }): ChartItem[] => {
    if (family === null) {
      const tag = byName.get(name);
      return tag === undefined ? [] : [itemOf(chartOfTag(tag))];
    }
    const row = chartFamily(family, section.name, byName);
    const isOpen = subjectFields.folded.has(row.key) || isLookedInto(row, looked);
    return [{ chart: null, family: row, isOpen }, ...(isOpen ? chartsBelow(row, section.name) : [])];
  });
  return { ...section, ...{ source: "", isFolded: false, hasWideItems, items: shown, count: items.length } };
}

export const chartSections = computed<readonly ChartSection[]>(() => {
  const { passes } = tagSieve.value;
  const pinned = new Set(chartFields.pins);
  const listed = (charts: readonly Chart[]): Chart[] =>
    charts.filter(
      (chart) =>
        !pinned.has(chart.key) && (passes(chart.title) || chart.tags.some((tag) => passes(tag.name))),
    );
  const { highlights, rest } = tagSections.value;
  const pointless = pointlessTags.value.filter((name) => !pinned.has(name));
  const found: ChartSection[] = [
    made("pinned", pinnedCharts.value),
    made("own charts", listed(ownCharts.value)),
    ...layoutCharts.value.map(
      ({ title, closed, charts }): ChartSection => ({
        ...{ key: `${MADE}${title}`, name: title, source: "layout in the log", isFolded: closed },
        items: listed(charts).map((chart) => itemOf(chart)),
      }),
    ),
    made("highlights", chartsNamed(highlights)),
    ...rest.map(sectionOf),
    {
      ...made("without points", chartsNamed(pointless)),
      ...{ heading: `${plural(pointless.length, "tag")} without points here`, isFolded: true },
    },
  ];
  return found.filter(({ items }) => items.length > 0);
});
