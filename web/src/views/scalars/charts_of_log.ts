/** The charts that there are: of tags, of the logs' layouts, the user's own, and those on top. */

import { computed, signal } from "@preact/signals";
import type { Tag } from "../../api/catalogue";
import type { Category } from "../../api/layouts";
import { shownRuns } from "../../runs/listed_runs";
import { onOpened } from "../../state/link";
import { placeFields } from "../../state/place";
import { catalogue, scalarTags, steadyNames } from "../../state/server";
import { tagSieveOf } from "../../state/subject";
import { type Chart, chartOfDefinition, chartOfTag } from "./chart_definitions";
import { chartFields } from "./chart_link";
import { TagSearch } from "./tag_search";

export const tagsByName = computed(() => new Map(scalarTags.value.map((tag) => [tag.name, tag])));
export const tagNames = steadyNames(() => scalarTags.value.map((tag) => tag.name));

/** Tag descriptions (`summary_description`), by the tag's id. */
export const descriptions = signal<ReadonlyMap<string, string>>(new Map());

/** The layouts of charts in the logs. */
export const layouts = signal<readonly Category[]>([]);

/** Names that the filter of tags is applied to: names of tags, and titles of charts of several. */
const filteredNames = steadyNames(() => [
  ...tagNames.value,
  ...chartFields.definitions.map(({ title }) => title),
  ...layouts.value.flatMap(({ charts }) => charts.map(({ title }) => title)),
]);
export const tagSieve = tagSieveOf(filteredNames);

export const listedTags = computed<Tag[]>(() => {
  const { passes } = tagSieve.value;
  return scalarTags.value.filter((tag) => passes(tag.name));
});

/** Names of listed tags that no shown run has a point of: their charts would be empty. */
export const pointlessTags = steadyNames(() => {
  const shown = new Set(shownRuns.value.map((run) => run.id));
  if (shown.size === catalogue.value?.runs.length) return [];
  const isPointless = (tag: Tag): boolean => !tag.runs.some((run) => shown.has(run));
  return listedTags.value.filter(isPointless).map((tag) => tag.name);
});

/** Searches for tags: the cost of layouts in logs is not taken from the user's own charts. */
const layoutSearch = computed(() => {
  void layouts.value;
  return new TagSearch(tagNames.value);
});
const ownSearch = computed(() => {
  void chartFields.definitions;
  return new TagSearch(tagNames.value);
});

/** The charts of each layout. */
export const layoutCharts = computed(() => {
  const table = { byName: tagsByName.value, search: layoutSearch.value };
  return layouts.value.map(({ title, closed, charts }) => ({
    ...{ title, closed },
    charts: charts.map((chart) => {
      const definition = {
        title: chart.title,
        tags: [],
        patterns: chart.tags,
        margins: chart.margins,
        x: null,
      };
      return chartOfDefinition(definition, table, false);
    }),
  }));
});

/** The user's own charts, and those on top, as far as there are tags for them. */
export const ownCharts = computed<Chart[]>(() => {
  const table = { byName: tagsByName.value, search: ownSearch.value };
  return chartFields.definitions.map((definition) => chartOfDefinition(definition, table, true));
});

export const pinnedCharts = computed<Chart[]>(() => {
  const defined = [...layoutCharts.value.flatMap(({ charts }) => charts), ...ownCharts.value];
  const byKey = new Map(defined.map((chart) => [chart.key, chart]));
  return chartFields.pins.flatMap((key) => {
    const tag = tagsByName.value.get(key);
    return byKey.get(key) ?? (tag === undefined ? [] : [chartOfTag(tag)]);
  });
});

/** The tag on the x axis of all charts; null where that is steps or time, or where no tag has the name. */
export const xTag = computed<Tag | null>(() => {
  const { axis, xTag: name } = placeFields;
  return axis === "tag" ? (scalarTags.value.find((tag) => tag.name === name) ?? null) : null;
});

/** Key of a chart that is to be scrolled to: one that was just made, or that a link has marked; null when it has been.
 */ export const soughtChart = signal<string | null>(chartFields.detailed);
onOpened(() => {
  soughtChart.value = chartFields.detailed;
});
