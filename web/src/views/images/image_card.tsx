/** One tag: the images of all runs side by side, each the one at or before the shared place; or each run's over its steps. */

import { useEffect } from "preact/hooks";
import type { Tag } from "../../api/catalogue";
import { useEarlySignalEffect } from "../../kit/early_effect";
import { ExpandButton } from "../../kit/expand_button";
import { CutName } from "../../runs/cut_name";
import { SubjectMenu } from "../steps/card_menu";
import { MoreRuns, RunCount, useRunColumns } from "../steps/run_columns";
import { ImageCell } from "./image_cell";
import { changeImages, imageFields } from "./image_link";
import { images } from "./image_values";
import { LargeCard } from "./large_card";
import { Strips } from "./strips";

export function ImageCard({ tag }: { tag: Tag }) {
  const columns = useRunColumns(tag);
  const { having, shown, wanted } = columns;
  useEarlySignalEffect(() => images.want(wanted.value.tag.name, wanted.value));
  useEffect(() => () => images.want(tag.name, null), [tag.name]);
  const isExpanded = imageFields.expanded === tag.name;
  return (
    <article
      class={isExpanded ? "card image-card is-expanded" : "card image-card"}
      data-testid="image-card"
      data-tag={tag.name}
    >
      <header>
        <h3 title={tag.name}>
          <CutName name={tag.name} />
        </h3>
        <RunCount having={having.value.length} />
        <SubjectMenu name={tag.name} />
        <ExpandButton
          name={tag.name}
          isExpanded={isExpanded}
          title="Expand: all samples, zoom, values and comparisons"
          onClick={() => changeImages({ expanded: isExpanded ? null : tag.name })}
        />
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
      <MoreRuns columns={columns} />
    </article>
  );
}
