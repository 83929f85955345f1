/** One tag: the texts of all runs side by side, each the one at or before the shared place. */

import { useEffect } from "preact/hooks";
import type { Run, Tag } from "../../api/catalogue";
import { useEarlySignalEffect } from "../../kit/early_effect";
import { ExpandButton } from "../../kit/expand_button";
import { formatBytes, plural } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import { emphasis, emphasising } from "../../state/emphasis";
import { SubjectMenu } from "../steps/card_menu";
import { RecordedStep } from "../steps/recorded_step";
import { MoreRuns, RunCount, useRunColumns } from "../steps/run_columns";
import type { ShownSeries } from "../steps/step_values";
import { DifferenceBody, TextBody } from "./text_body";
import { textContent } from "./text_content";
import { changeText, textFields } from "./text_link";
import { referenceOf, references, texts, textTags } from "./text_values";

export function TextCard({ tag }: { tag: Tag }) {
  const columns = useRunColumns(tag);
  const { having, shown, wanted } = columns;
  useEarlySignalEffect(() => {
    const { name } = wanted.value.tag;
    texts.want(name, wanted.value);
    references.want(name, textFields.against === null ? null : wanted.value);
  });
  useEffect(
    () => () => {
      texts.want(tag.name, null);
      references.want(tag.name, null);
    },
    [tag.name],
  );
  const isExpanded = textFields.expanded === tag.name;
  const isUpToDate = texts.has(wanted.value) && (textFields.against === null || references.has(wanted.value));
  return (
    <article
      class={isExpanded ? "card text-card is-expanded" : "card text-card"}
      data-testid="text-card"
      data-tag={tag.name}
      data-state={isUpToDate ? "ready" : "loading"}
    >
      <header>
        <h3 title={tag.name}>{textTags.nameOf(tag.name)}</h3>
        <RunCount having={having.value.length} />
        <SubjectMenu name={tag.name} />
        <ExpandButton
          name={tag.name}
          isExpanded={isExpanded}
          title="Expand: all of the texts"
          onClick={() => changeText({ expanded: isExpanded ? null : tag.name })}
        />
      </header>
      <div class="text-columns">
        {shown.value.map((run) => (
          <Column key={run.name} tag={tag} run={run} />
        ))}
        {having.value.length === 0 && <p class="quiet padded">No run that is shown has this text.</p>}
        <MoreRuns columns={columns} />
      </div>
    </article>
  );
}

function Column({ tag, run }: { tag: Tag; run: Run }) {
  const series = texts.series(tag.name, run.name);
  const at = series?.at ?? null;
  const step = series === null || at === null ? null : Number(series.step[at]);
  const wallTime = series === null || at === null ? 0 : Number(series.wallTime[at]);
  const reference = referenceOf(tag.name, run.name);
  return (
    <section
      class={`text-column${emphasis.value === run.name ? " is-emphasised" : ""}`}
      aria-label={run.name}
      data-testid="text"
      data-run={run.name}
      data-step={step ?? ""}
      {...emphasising(run.name)}
    >
      <header title={run.name}>
        <Swatch style={styleOfRun(run)} />
        <CutName name={shortName(run.name)} />
        {step !== null && <RecordedStep step={step} wallTime={wallTime} />}
        {reference !== null && <span class="quiet text-reference">Δ {reference.what}</span>}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls. */}
      <div class="text-body" tabIndex={0}>
        <Body series={series} reference={reference?.series ?? null} isCompared={reference !== null} />
      </div>
    </section>
  );
}

interface BodyProps {
  series: ShownSeries | null;
  /** What it is compared with. */
  reference: ShownSeries | null;
  isCompared: boolean;
}

function Body({ series, reference, isCompared }: BodyProps) {
  if (series === null) return <p class="quiet">{texts.error.value ?? "Asking for the text."}</p>;
  if (series.at === null) return <p class="quiet">Nothing was recorded up to here.</p>;
  if (series.problem !== "" || series.value === null) {
    return (
      <p class="warning-text">
        Not shown ({formatBytes(Number(series.bytes[series.at]))}): {series.problem}
      </p>
    );
  }
  const content = textContent(series.value.value);
  if (content === null) return <p class="warning-text">Not shown: the value is no text.</p>;
  const { characters, items } = series.value.left_out;
  const old = reference?.value == null ? null : textContent(reference.value.value);
  return (
    <>
      {isCompared && old === null && <p class="quiet">There is nothing to compare it with.</p>}
      {isCompared && old !== null ? (
        <DifferenceBody before={old} after={content} />
      ) : (
        <TextBody content={content} format={textFields.format} />
      )}
      {characters + items > 0 && (
        <p class="warning-text">
          Cut:{" "}
          {[characters > 0 && plural(characters, "character"), items > 0 && plural(items, "item")]
            .filter(Boolean)
            .join(" and ")}{" "}
          more
        </p>
      )}
    </>
  );
}
