/** The other tags at the place, of the run or group that the details' distances are to: pinned ones first. */

import { computed, effect, signal } from "@preact/signals";
import type { Tag } from "../../api/catalogue";
import { fetchExtremes } from "../../api/extremes";
import type { Hit } from "../../charts/hit";
import { formatShort, formatStep, formatValue, plural } from "../../kit/format";
import { CutName } from "../../runs/cut_name";
import { momentsOf } from "../../runs/group_cells";
import { changeCharts } from "./chart_link";
import { listedTags, pinnedCharts, soughtChart } from "./charts_of_log";
import { baseOf, type DetailsContent, openDetails } from "./details_data";
import { asksFor, runsOfSeries } from "./extremes";

/** More series than this, of all tags and runs together, are not asked for. */
const MOST_SERIES = 2000;
/** Of one request. */
const MOST_TAGS = 200;
/** In milliseconds. */
const PAUSE = 150;

interface TagValue {
  /** Of a group the mean of its runs, of which `runs` have a value. */
  value: number;
  deviation: number;
  runs: number;
  /** Where the newest of the values was recorded. */
  step: number;
}

interface TagValues {
  /** Whose values they are, and where. */
  key: string;
  byTag: ReadonlyMap<string, TagValue>;
}

const found = signal<TagValues | null>(null);

/** The tags that are listed, those of pinned charts first, without the chart's own: as far as the run has them. */
function tagsBeside({ chart }: DetailsContent, runs: ReadonlyMap<string, string>): Tag[] {
  const own = new Set(chart.tags);
  const all = [...pinnedCharts.value.flatMap(({ tags }) => tags), ...listedTags.value];
  return [...new Set(all)].filter((tag) => !own.has(tag) && tag.runs.some((run) => runs.has(run)));
}

interface Asked {
  key: string;
  content: DetailsContent;
  base: Hit;
  tags: readonly Tag[];
  /** How many tags there are beside those that are asked for. */
  rest: number;
}

const asked = computed<Asked | null>(() => {
  const content = openDetails.value;
  const base = content === null ? undefined : baseOf(content);
  if (content === null || base === undefined) return null;
  const runs = runsOfSeries(base);
  const all = tagsBeside(content, runs);
  const tags = all.slice(0, Math.ceil(MOST_SERIES / Math.max(runs.size, 1)));
  const key = JSON.stringify([
    content.axis,
    content.xName,
    content.x,
    [...runs.keys()],
    tags.map(({ id }) => id),
  ]);
  return { key, content, base, tags, rest: all.length - tags.length };
});

/** Ask for the other tags' values, whenever the place, the run or the tags are others. */
export function followTags(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const key = computed(() => asked.value?.key ?? "");
  effect(() => {
    clearTimeout(timer);
    const wanted = key.value;
    const of = asked.peek();
    if (of === null || of.tags.length === 0 || found.peek()?.key === wanted) return;
    timer = setTimeout(() => {
      fetchTagValues(of).then(
        (byTag) => {
          if (key.peek() === wanted) found.value = { key: wanted, byTag };
        },
        // A server that is gone is said elsewhere.
        () => {},
      );
    }, PAUSE);
  });
}

async function fetchTagValues({ content, base, tags }: Asked): Promise<Map<string, TagValue>> {
  const { chart, axis, x } = content;
  const runs = runsOfSeries(base);
  const byTag = new Map<string, TagValue>();
  for (let start = 0; start < tags.length; start += MOST_TAGS) {
    const requests = tags.slice(start, start + MOST_TAGS).map((tag) => ({
      ...asksFor(
        chart,
        tag,
        axis,
        [...runs.keys()].filter((run) => tag.runs.includes(run)),
      ),
      ...{ range: [-Number.MAX_VALUE, x] as const, near: x },
    }));
    const { charts } = await fetchExtremes(requests);
    for (const [i, { series }] of charts.entries()) {
      // Of a run with several segments the newest that reaches the place.
      const byRun = new Map(series.flatMap(({ run, near }) => (near === null ? [] : [[run, near] as const])));
      if (byRun.size === 0) continue;
      const points = [...byRun.values()];
      const { mean, deviation } = momentsOf(points.map(({ value }) => Number(value)));
      const step = Math.max(...points.map((point) => point.step));
      byTag.set(tags[start + i].id, { value: mean, deviation, runs: points.length, step });
    }
  }
  return byTag;
}

export function OtherTags() {
  const of = asked.value;
  if (of === null || of.tags.length === 0) return null;
  const known = found.value?.key === of.key ? found.value.byTag : null;
  const { axis, x } = of.content;
  const where = (value: TagValue): string =>
    axis === "step" && value.step !== x ? `from ${formatStep(value.step)}` : "";
  return (
    <section class="details-tags" data-testid="details-tags" aria-label="Other tags at this place">
      <div class="details-tags-title">
        other tags of <CutName name={of.base.name} />
      </div>
      <table>
        <tbody>
          {of.tags.map((tag) => {
            const value = known?.get(tag.id);
            return (
              <tr key={tag.id} data-testid="details-tag">
                <td class="details-name" title={tag.name}>
                  <button
                    type="button"
                    class="link"
                    onClick={() => {
                      changeCharts({ detailed: tag.name });
                      soughtChart.value = tag.name;
                    }}
                  >
                    <CutName name={tag.name} />
                  </button>
                </td>
                <td class="details-tag-from">{value === undefined ? "" : where(value)}</td>
                <td class="details-tag-value" title={value && `${value.value}, ${plural(value.runs, "run")}`}>
                  {value === undefined ? (known === null ? "" : "–") : formatValue(value.value)}
                  {value !== undefined && value.runs > 1 && (
                    <span class="quiet"> ±{formatShort(value.deviation)}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {of.rest > 0 && (
        <p class="details-tags-rest">{plural(of.rest, "more tag")}: filter the tags to see their values.</p>
      )}
    </section>
  );
}
