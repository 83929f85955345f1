/** One tag: the images of all runs side by side, each the one at or before the shared place; or each run's over its steps. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { plural } from "../../kit/format";
import { fetchedRuns, shownRuns } from "../../runs/listed_runs";
import { runsFields } from "../../runs/runs_link";
import { ImageCell } from "./image_cell";
import { changeImages, imageFields } from "./image_link";
import { images } from "./image_values";
import { LargeCard } from "./large_card";
import { Strips } from "./strips";

/** Columns that are there at first, and that a click adds. */
const COLUMNS = 30;

export function ImageCard({ tag }: { tag: Tag }) {
  const current = useSignal(tag);
  current.value = tag;
  const columns = useSignal(COLUMNS);
  const having = useComputed(() => {
    const runs = new Set(current.value.runs);
    return shownRuns.value.filter((run) => runs.has(run.id));
  });
  const shown = useComputed(() => having.value.slice(0, columns.value));
  useSignalEffect(() => {
    const runs = new Set(current.value.runs);
    const baseline = fetchedRuns.value.filter(
      (run) => run.name === runsFields.baseline && runs.has(run.id) && !shown.value.includes(run),
    );
    images.want(current.value.name, { tag: current.value, runs: [...shown.value, ...baseline] });
  });
  useEffect(() => () => images.want(tag.name, null), [tag.name]);
  const isExpanded = imageFields.expanded === tag.name;
  const rest = having.value.length - shown.value.length;
  return (
    <article
      class={isExpanded ? "card image-card is-expanded" : "card image-card"}
      data-testid="image-card"
      data-tag={tag.name}
    >
      <header>
        <h3 title={tag.name}>{tag.name}</h3>
        {having.value.length < shownRuns.value.length && (
          <span class="quiet run-count">
            {having.value.length} of {plural(shownRuns.value.length, "run")}
          </span>
        )}
        <button
          type="button"
          class="link"
          aria-expanded={isExpanded}
          title={isExpanded ? "Make small (Escape)" : "Make large: all samples, zoom, values and comparisons"}
          onClick={() => changeImages({ expanded: isExpanded ? null : tag.name })}
        >
          {isExpanded ? "less" : "more"}
        </button>
      </header>
      {having.value.length === 0 && <p class="quiet padded">No run that is shown has this image.</p>}
      {isExpanded ? (
        <LargeCard tag={tag} runs={shown.value} />
      ) : imageFields.across === "steps" ? (
        <Strips tag={tag} runs={shown.value} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls.
        <div class="image-cells" tabIndex={0}>
          {shown.value.map((run) => (
            <ImageCell key={run.name} tag={tag} run={run} />
          ))}
        </div>
      )}
      {rest > 0 && (
        <button
          type="button"
          class="link"
          onClick={() => {
            columns.value += COLUMNS;
          }}
        >
          {plural(rest, "more run")}
        </button>
      )}
    </article>
  );
}
