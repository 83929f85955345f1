/** Curves: what is pinned, the user's own charts, the logs' layouts, then one chart per tag, in groups that fold. */

import { computed } from "@preact/signals";
import { plural } from "../../kit/format";
import { chartSize } from "../../state/preferences";
import {
  catalogue,
  changeView,
  layoutCharts,
  listedTags,
  ownCharts,
  pinnedCharts,
  scalarTags,
  tagSieve,
  viewed,
} from "../../state/state";
import { groupTags } from "../steps/grouping";
import { LazyCard } from "./lazy_card";
import { PlanEditor } from "./plan_editor";
import { type Chart, chartOfTag } from "./plans";
import { Toolbar } from "./toolbar";
import { Spoken, Tooltip } from "./tooltip";

interface Section {
  /** What it is folded by: a group's name, or a word that no group has. */
  key: string;
  /** Empty for the tags without a group. */
  name: string;
  /** Where it is from, if that has to be said. */
  source: string;
  charts: readonly Chart[];
  /** Whether it is folded before the user says otherwise. */
  isFolded: boolean;
}

/** No tag has a name that begins so. */
const MADE = "\n";

const sections = computed<Section[]>(() => {
  const { passes } = tagSieve.value;
  const listed = (charts: readonly Chart[]): Chart[] =>
    charts.filter((chart) => passes(chart.title) || chart.tags.some((tag) => passes(tag.name)));
  const made = (name: string, charts: readonly Chart[]): Section => ({
    ...{ key: `${MADE}${name}`, name, source: "", charts: listed(charts), isFolded: false },
  });
  const own = ownCharts.value.filter(({ key }) => !viewed.pins.includes(key));
  const found = [
    made("pinned", pinnedCharts.value),
    made("own charts", own),
    ...layoutCharts.value.map(
      ({ title, closed, charts }): Section => ({
        ...{ key: `${MADE}${title}`, name: title, source: "layout in the log", isFolded: closed },
        charts: listed(charts),
      }),
    ),
    ...groupTags(listedTags.value).map(
      (group): Section => ({
        ...{ key: group.name, name: group.name, source: "", isFolded: false },
        charts: group.tags.map(chartOfTag),
      }),
    ),
  ];
  return found.filter(({ charts }) => charts.length > 0);
});

function toggleFolded(key: string): void {
  const folded = new Set(viewed.folded);
  if (!folded.delete(key)) folded.add(key);
  changeView({ folded });
}

function SectionView({ section }: { section: Section }) {
  const { key, name, source, charts } = section;
  const isFolded = viewed.folded.has(key) !== section.isFolded;
  return (
    <section class="group" aria-label={name || "tags without a group"}>
      <h2>
        <button type="button" aria-expanded={!isFolded} onClick={() => toggleFolded(key)}>
          <span class={`triangle${isFolded ? "" : " is-open"}`} aria-hidden="true" />
          {name === "" ? <span class="quiet">no group</span> : name}
          <span class="quiet"> {charts.length}</span>
          {source !== "" && <span class="quiet"> · {source}</span>}
        </button>
      </h2>
      {!isFolded && (
        <div class="grid">
          {charts.map((chart) => (
            <LazyCard key={chart.key} chart={chart} />
          ))}
        </div>
      )}
    </section>
  );
}

function Nothing() {
  const path = catalogue.value?.logdir.path ?? "";
  if (scalarTags.value.length === 0) {
    const isReading = catalogue.value?.loading.done === false;
    return (
      <div class="empty-state" data-testid="empty-state">
        <h1>{isReading ? `Reading ${path}.` : `No scalars in ${path} yet.`}</h1>
        {!isReading && (
          <>
            <p>Each tag becomes a chart here. For example:</p>
            <pre>
              <code>writer.add_scalar("train/loss", loss, step)</code>
            </pre>
          </>
        )}
      </div>
    );
  }
  return (
    <div class="empty-state">
      <p>None of {plural(scalarTags.value.length, "tag")} matches the filter.</p>
      <button type="button" onClick={() => changeView({ tagFilter: "" })}>
        Clear the filter
      </button>
    </div>
  );
}

export function ScalarsView() {
  return (
    <>
      <Toolbar />
      <div class={`charts is-${chartSize.value}`}>
        {sections.value.length === 0 ? (
          <Nothing />
        ) : (
          sections.value.map((section) => <SectionView key={section.key} section={section} />)
        )}
      </div>
      <Tooltip />
      <Spoken />
      <PlanEditor />
    </>
  );
}
