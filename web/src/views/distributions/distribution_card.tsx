/** One tag: the histograms of its runs over their steps, and in a large card the step at the shared place. */

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Run, Tag } from "../../api/catalogue";
import { FRAME, GROUND, type Theme } from "../../kit/colour";
import { useEarlySignalEffect } from "../../kit/early_effect";
import { ExpandButton } from "../../kit/expand_button";
import { formatValue, plural } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import { emphasis, emphasising } from "../../state/emphasis";
import { theme } from "../../state/preferences";
import { useSight, useSize } from "../cards/use_sight";
import { Damaged, NotLoaded, RunsShown } from "../steps/card_marks";
import { RecordedStep } from "../steps/recorded_step";
import { useRunsOfTag } from "../steps/run_columns";
import { drawnAxis } from "../steps/step_axis";
import { barsPanel } from "./bars";
import { layoutOf, type PlacedPanel, panelsOf } from "./card_panels";
import { alongRange, drawnRuns, placedIn, valueScale } from "./card_runs";
import { DistributionMenu } from "./distribution_menu";
import { histogramTags, overSteps, placed } from "./distribution_values";
import { changeDistributions, distributionFields } from "./distributions_link";
import { countAtZero, countOf } from "./histogram";
import type { PanelOptions } from "./panel";
import { PanelCanvas } from "./panel_canvas";
import { Statistics, zerosOf } from "./statistics";
import { NotFinite } from "./tooltip";
import { shareBeyond } from "./value_range";

const STRONG: Record<Theme, string> = { light: "#1c2026", dark: "#e4e7eb" };
/** Histograms of a run that are asked for, and the parts of a width in which narrow bins are joined. */
const [SMALL, LARGE] = [100, 1000];
const JOINED = 128;
/** Of a run's name with its step, in CSS pixels: where there is less, the step and the zeros are left to the large card. */
const ROOM_FOR_STEP = 130;
/** Narrower panels have their counts of zeros and of NaN below the name, in CSS pixels. */
const ROOM_FOR_COUNTS = 240;

export function DistributionCard({ tag }: { tag: Tag }) {
  const current = useSignal(tag);
  current.value = tag;
  const host = useRef<HTMLDivElement>(null);
  const card = useRef<HTMLElement>(null);
  const isInSight = useSight(host);
  const size = useSize(host);
  const isExpanded = distributionFields.expanded === tag.name;
  const having = useRunsOfTag(tag);
  const layout = useComputed(() =>
    layoutOf(
      distributionFields.form,
      having.value.length,
      size.value,
      distributionFields.expanded === current.value.name,
    ),
  );
  const shown = useComputed(() => having.value.slice(0, layout.value.runs));
  const wanted = useComputed(() => {
    if (!isInSight.value || size.value.width === 0) return null;
    const isLarge = distributionFields.expanded === current.value.name;
    // Near zero the smallest bins are wide on a logarithmic axis.
    const detail = distributionFields.hasLogValues ? null : JOINED;
    return { tag: current.value, runs: shown.value, most: isLarge ? LARGE : SMALL, detail };
  });
  useEarlySignalEffect(() => {
    const { name } = current.value;
    overSteps.want(name, wanted.value);
    placed.want(name, wanted.value === null ? null : { tag: current.value, runs: shown.value });
  });
  useEffect(
    () => () => {
      overSteps.want(tag.name, null);
      placed.want(tag.name, null);
    },
    [tag.name],
  );
  const runs = useComputed(() => drawnRuns(current.value, shown.value, drawnAxis.value));
  const values = useComputed(() =>
    valueScale(runs.value, distributionFields.hasLogValues, distributionFields.isWhole),
  );
  const beyond = useComputed(() => shareBeyond(runs.value, values.value.range));
  const options = useComputed<PanelOptions>(() => ({
    size: { width: layout.value.width, height: layout.value.height },
    axis: drawnAxis.value,
    along: alongRange(runs.value),
    values: values.value,
    isCut: beyond.value > 0,
    hasLogCounts: distributionFields.hasLogCounts,
    ground: GROUND[theme.value],
    text: STRONG[theme.value],
    emphasis: runs.value.some(({ name }) => name === emphasis.value) ? emphasis.value : null,
  }));
  const panels = useComputed<PlacedPanel[]>(() =>
    size.value.width === 0 ? [] : panelsOf(distributionFields.form, runs.value, options.value),
  );
  const step = useComputed(() => {
    const { width } = size.value;
    const isLarge = distributionFields.expanded === current.value.name;
    if (!isLarge || width === 0 || distributionFields.form === "step") return null;
    return barsPanel(runs.value, { ...options.value, size: { width, height: 240 } });
  });
  const colours = FRAME[theme.value];
  const isUpToDate =
    wanted.value !== null && overSteps.isUpToDate(wanted.value) && placed.has({ tag, runs: shown.value });
  const tell = (): void => {
    if (card.current !== null) card.current.dataset.state = isUpToDate ? "ready" : "loading";
  };
  useEffect(tell);
  const label = useMemo(
    () => `${histogramTags.nameOf(tag.name)}, ${plural(runs.value.length, "run")}`,
    [tag.name, runs.value.length],
  );
  const error = shown.value.map((run) => overSteps.known(tag.name, run.name)?.error).find(Boolean) ?? null;
  const named = panels.value.map((each) => ({ name: each.runs.map((run) => run.label).join(", "), ...each }));
  return (
    <article
      ref={card}
      class={isExpanded ? "card plot-card distribution-card is-expanded" : "card plot-card distribution-card"}
      data-testid="distribution"
      data-tag={tag.name}
      data-rows={runs.value[0]?.rows.row.length ?? 0}
    >
      <header>
        <h3 title={tag.name}>
          <CutName name={histogramTags.nameOf(tag.name)} />
        </h3>
        <Beyond share={beyond.value} />
        <Marks tag={tag} shown={shown.value} having={having.value} error={error} />
        <DistributionMenu
          tag={tag}
          runs={runs.value}
          panels={named}
          width={size.value.width}
          colours={colours}
        />
        <ExpandButton
          name={tag.name}
          isExpanded={isExpanded}
          title="Expand: more steps, and one of them in detail"
          onClick={() => changeDistributions({ expanded: isExpanded ? null : tag.name })}
        />
      </header>
      <div class="distribution-panels" ref={host}>
        {panels.value.map(({ panel, runs: own }) => (
          <div
            key={own[0].name}
            class={panel.size.width < ROOM_FOR_COUNTS ? "distribution-panel is-narrow" : "distribution-panel"}
            style={{ width: `${panel.size.width}px` }}
          >
            <Names
              tag={tag}
              runs={shown.value.filter((run) => own.some(({ name }) => name === run.name))}
              isShort={panel.size.width < own.length * ROOM_FOR_STEP}
            />
            <PanelCanvas panel={panel} colours={colours} label={label} onDrawn={tell} />
          </div>
        ))}
        {panels.value.length === 0 && (
          <p class="quiet padded">
            {having.value.length === 0
              ? "No run that is shown has this histogram."
              : (error ?? "Asking for the histograms.")}
          </p>
        )}
      </div>
      {isExpanded && (
        <div class="distribution-step">
          {step.value !== null && (
            <div class="distribution-panel" data-testid="distribution-step">
              <PanelCanvas panel={step.value} colours={colours} label={`${label}, one step`} onDrawn={tell} />
            </div>
          )}
          <Statistics tag={tag} runs={shown.value} />
        </div>
      )}
    </article>
  );
}

/** How much is in the bins at the ends of the axis only because it is beyond them. */
function Beyond({ share }: { share: number }) {
  if (share === 0) return null;
  return (
    <button
      type="button"
      class="link"
      data-testid="distribution-beyond"
      title="So many of the numbers lie beyond the axis, and are in the bins at its ends. Click for the whole range"
      onClick={() => changeDistributions({ isWhole: true })}
    >
      {share < 0.001 ? "< 0.1" : formatValue(100 * share, 2)} % beyond
    </button>
  );
}

interface MarksProps {
  tag: Tag;
  shown: readonly Run[];
  having: readonly Run[];
  error: string | null;
}

/** What of the tag is not on screen, with a count. */
function Marks({ tag, shown, having, error }: MarksProps) {
  const known = shown
    .map((run) => overSteps.known(tag.name, run.name)?.rows)
    .filter((rows) => rows !== null && rows !== undefined);
  const damaged = known.reduce((sum, rows) => sum + rows.damagedCount, 0);
  const drawn = known.reduce((sum, rows) => sum + rows.row.length, 0);
  const all = known.reduce((sum, rows) => sum + rows.values, 0);
  const notFinite = known.reduce(
    (sum, rows) =>
      sum +
      rows.nan.filter(
        (_, row) => rows.nan[row] + rows.posInf[row] + rows.negInf[row] + rows.isNotFinite[row] > 0,
      ).length,
    0,
  );
  const expand = (): void => changeDistributions({ expanded: tag.name });
  return (
    <>
      <NotLoaded error={error} />
      <Damaged rows={known} testId="distribution-damaged" />
      {notFinite > 0 && (
        <span
          class="warning-text"
          title="Steps, among those that are drawn, with NaN or infinities: marked in the picture"
        >
          {plural(notFinite, "step")} not finite
        </span>
      )}
      {drawn + damaged < all && (
        <button
          type="button"
          class="link"
          title="The others lie between these. Click for more of them"
          onClick={expand}
        >
          {drawn.toLocaleString("en")} of {plural(all, "step")}
        </button>
      )}
      <RunsShown shown={shown.length} having={having.length} onExpand={expand} />
    </>
  );
}

/** The runs of a panel, and what each has at the shared place. */
function Names({ tag, runs, isShort }: { tag: Tag; runs: readonly Run[]; isShort: boolean }) {
  return (
    <div class="distribution-names">
      {runs.map((run) => (
        <Name key={run.name} tag={tag} run={run} isShort={isShort} />
      ))}
    </div>
  );
}

function Name({ tag, run, isShort }: { tag: Tag; run: Run; isShort: boolean }) {
  const at = placedIn(tag, run);
  const histogram = at?.histogram ?? null;
  const zeros = histogram === null ? 0 : (histogram.zeros ?? countAtZero(histogram));
  return (
    <span
      class={emphasis.value === run.name ? "distribution-name is-emphasised" : "distribution-name"}
      title={run.name}
      data-testid="distribution-run"
      data-run={run.name}
      data-step={at?.step ?? ""}
      data-count={histogram === null ? "" : countOf(histogram)}
      {...emphasising(run.name)}
    >
      <Swatch style={styleOfRun(run)} />
      <CutName name={shortName(run.name)} />
      {at !== null && !isShort && <RecordedStep step={at.step} wallTime={at.wallTime} />}
      {at !== null && at.problem !== "" && (
        <span class="warning-text" title={at.problem}>
          not shown: {at.problem}
        </span>
      )}
      {histogram !== null && (
        <span class="distribution-counts">
          {histogram.isNotFinite && <span class="warning-text">not finite, number unknown</span>}
          <NotFinite nan={histogram.nan} pos={histogram.posInf} neg={histogram.negInf} />
          {zeros > 0 && !isShort && (
            <span class="quiet" title="Numbers that are exactly zero; ≤ where the file does not count them">
              zeros {zerosOf(histogram)}
            </span>
          )}
        </span>
      )}
    </span>
  );
}
