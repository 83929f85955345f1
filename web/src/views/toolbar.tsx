/** What holds for all charts: filter, axes, smoothing, groups, and in a menu what is asked for less often. */

import type { ComponentChild } from "preact";
import { BANDS, type Band, STATISTICS } from "../api/groups";
import type { Axis, Scale } from "../api/scalars";
import { amountAt, MOST_POSITION, positionOf, SMOOTHING_KINDS, SMOOTHING_NAMES } from "../api/smoothing";
import { FilterField } from "../app/filter_field";
import { isZoomed, resetZoom } from "../app/keyboard";
import { Notices } from "../app/notices";
import { CHART_SIZES, chartSize, isPaused, sharing, TOOLTIP_ORDERS, tooltipOrder } from "../app/preferences";
import { offeredGroupings } from "../app/run_columns";
import { captureError } from "../app/run_groups";
import {
  changeView,
  isTableAsked,
  listedTags,
  runRows,
  scalarTags,
  tagPattern,
  view,
  xTag,
} from "../app/state";
import { AXES } from "../app/url_state";
import { BESTS } from "../charts/best";
import { COMPARISONS } from "../charts/compare";
import { plural } from "../charts/format";
import { SCALES } from "../charts/scale";
import { editedPlan, TagNames } from "./plan_editor";
import { readPlans, savePlans } from "./plan_files";

interface ChoiceProps<Word extends string> {
  label: string;
  testId: string;
  words: readonly Word[];
  names?: Partial<Record<Word, string>>;
  value: Word;
  title?: string;
  onChange: (word: Word) => void;
  children?: ComponentChild;
}

/** A word of several, with its label in front. */
function Choice<Word extends string>(props: ChoiceProps<Word>) {
  const { label, testId, words, names, value, title, onChange, children } = props;
  return (
    <label class="choice" title={title}>
      {label}
      <select
        data-testid={testId}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value as Word)}
      >
        {words.map((word) => (
          <option key={word} value={word}>
            {names?.[word] ?? word}
          </option>
        ))}
      </select>
      {children}
    </label>
  );
}

const AXIS_NAMES: Record<Axis, string> = {
  step: "step",
  relative: "relative time",
  wall: "wall time",
  tag: "another tag…",
};
const SCALE_NAMES: Record<Scale, string> = { linear: "linear", log: "log", symlog: "symlog" };

function XChoice() {
  const { axis, xTag: name, xScale } = view.value;
  return (
    <>
      <Choice
        label="x"
        testId="axis"
        words={AXES}
        names={AXIS_NAMES}
        value={axis}
        onChange={(chosen) => changeView({ axis: chosen })}
      />
      {axis === "tag" && (
        <input
          class={`x-tag${xTag.value === null ? " is-wrong" : ""}`}
          data-testid="x-tag"
          aria-label="Tag on the x axis"
          title={
            xTag.value === null
              ? "No tag has this name: charts are over steps"
              : "Tag on the x axis, joined by step"
          }
          list="tag-names"
          value={name}
          placeholder="a tag"
          onInput={(event) => changeView({ xTag: event.currentTarget.value })}
        />
      )}
      {axis !== "wall" && (
        <ScaleChoice axis="x" scale={xScale} onChange={(scale) => changeView({ xScale: scale })} />
      )}
    </>
  );
}

function ScaleChoice({
  axis,
  scale,
  onChange,
}: {
  axis: "x" | "y";
  scale: Scale;
  onChange: (scale: Scale) => void;
}) {
  return (
    <select
      class="bare"
      data-testid={`${axis}-scale`}
      aria-label={`Scale of ${axis}`}
      value={scale}
      onChange={(event) => onChange(event.currentTarget.value as Scale)}
    >
      {SCALES.map((known) => (
        <option key={known} value={known}>
          {SCALE_NAMES[known]}
        </option>
      ))}
    </select>
  );
}

/** The kind, and the amount where there is one; what was recorded stays in sight. */
function SmoothingChoice() {
  const { smoothing } = view.value;
  return (
    <Choice
      label="smooth"
      testId="smoothing"
      words={["", ...SMOOTHING_KINDS]}
      names={{ "": "none", ...SMOOTHING_NAMES }}
      value={smoothing?.kind ?? ""}
      onChange={(kind) =>
        changeView({ smoothing: kind === "" ? null : { kind, amount: amountAt(kind, 60) } })
      }
    >
      {smoothing !== null && (
        <>
          <input
            type="range"
            data-testid="smoothing-amount"
            aria-label="Amount of smoothing"
            aria-valuetext={String(smoothing.amount)}
            min={0}
            max={MOST_POSITION}
            value={positionOf(smoothing.kind, smoothing.amount)}
            onInput={(event) => {
              const amount = amountAt(smoothing.kind, Number(event.currentTarget.value));
              changeView({ smoothing: { kind: smoothing.kind, amount } });
            }}
          />
          <output class="amount">{smoothing.amount}</output>
        </>
      )}
    </Choice>
  );
}

const BAND_NAMES: Record<Band, string> = {
  range: "min–max",
  deviation: "± std",
  error: "± std error",
  confidence: "95 % CI",
  none: "no band",
};
const CAPTURE = "/";

function GroupChoice() {
  const { groupBy, statistic, band } = view.value;
  const offered = offeredGroupings(runRows.value.values());
  const isCapture = groupBy.startsWith(CAPTURE);
  const words = ["", "directory", CAPTURE, ...offered.map(([value]) => value)];
  if (!isCapture && !words.includes(groupBy)) words.push(groupBy);
  const error = captureError(groupBy);
  return (
    // Which hyper-parameters there are is known from the table.
    <span
      class="choices"
      onFocusCapture={() => {
        isTableAsked.value = true;
      }}
      onPointerEnter={() => {
        isTableAsked.value = true;
      }}
    >
      <Choice
        label="group"
        testId="group"
        words={words}
        names={{ "": "none", [CAPTURE]: "name…", ...Object.fromEntries(offered) }}
        value={isCapture ? CAPTURE : groupBy}
        onChange={(chosen) => changeView({ groupBy: chosen === CAPTURE ? "/^[^/]+/" : chosen })}
      />
      {isCapture && (
        <input
          class={`x-tag${error === null ? "" : " is-wrong"}`}
          data-testid="group-pattern"
          aria-label="Regular expression whose captures name the groups"
          title={error ?? "Groups are what this captures of the runs' names, as in lr=([^_]+)"}
          value={groupBy.replace(/^\/|\/$/gu, "")}
          onInput={(event) => changeView({ groupBy: `/${event.currentTarget.value}/` })}
        />
      )}
      {groupBy !== "" && (
        <>
          <Choice
            label=""
            testId="statistic"
            words={STATISTICS}
            value={statistic}
            onChange={(chosen) => changeView({ statistic: chosen })}
          />
          <Choice
            label=""
            testId="band"
            words={BANDS}
            names={BAND_NAMES}
            value={band}
            onChange={(chosen) => changeView({ band: chosen })}
          />
        </>
      )}
    </span>
  );
}

function Check({
  label,
  title,
  testId,
  isOn,
  onChange,
}: {
  label: string;
  title?: string;
  testId: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <label class="check" title={title}>
      <input
        type="checkbox"
        data-testid={testId}
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}

/** What is asked for less often. */
function MoreMenu() {
  const { ignoresOutliers, best, hasSuperseded, baseline, comparison, plans } = view.value;
  return (
    <details class="menu more" name="chart-menu" data-testid="more">
      <summary
        aria-label="More about all charts"
        title="Outliers, best values, comparison, own charts, sizes"
      >
        ⋯
      </summary>
      <div class="menu-body">
        <Check
          label="Ignore outliers"
          title="Show the middle nine tenths of the values; a mark tells what lies outside"
          testId="outliers"
          isOn={ignoresOutliers}
          onChange={(isOn) => changeView({ ignoresOutliers: isOn })}
        />
        <Check
          label="Superseded points"
          title="Also what a run had recorded beyond the step it was resumed from"
          testId="superseded"
          isOn={hasSuperseded}
          onChange={(isOn) => changeView({ hasSuperseded: isOn })}
        />
        <Check
          label="One zoom for all charts"
          title="Else a zoom and the pointer's place are those of one chart"
          testId="sharing"
          isOn={sharing.value === "all"}
          onChange={(isOn) => {
            sharing.value = isOn ? "all" : "one";
          }}
        />
        <Check
          label="Pause"
          title="Nothing on screen changes until it goes on"
          testId="pause"
          isOn={isPaused.value}
          onChange={(isOn) => {
            isPaused.value = isOn;
          }}
        />
        <Choice
          label="Mark the best"
          testId="best"
          words={["", ...BESTS]}
          names={{ "": "none" }}
          value={best ?? ""}
          onChange={(word) => changeView({ best: word === "" ? null : word })}
        />
        {baseline !== null && (
          <Choice
            label={`To ${baseline}`}
            testId="comparison"
            words={COMPARISONS}
            value={comparison}
            onChange={(chosen) => changeView({ comparison: chosen })}
          />
        )}
        <Choice
          label="Values under the pointer by"
          testId="tooltip-order"
          words={TOOLTIP_ORDERS}
          value={tooltipOrder.value}
          onChange={(chosen) => {
            tooltipOrder.value = chosen;
          }}
        />
        <Choice
          label="Charts"
          testId="chart-size"
          words={CHART_SIZES}
          value={chartSize.value}
          onChange={(chosen) => {
            chartSize.value = chosen;
          }}
        />
        <button
          type="button"
          data-testid="new-chart"
          onClick={() => {
            editedPlan.value = { plan: null, isNew: true };
          }}
        >
          New chart…
        </button>
        {plans.length > 0 && (
          <button type="button" onClick={savePlans}>
            Save own charts as a file
          </button>
        )}
        <label class="file-choice">
          Own charts from a file…
          <input
            type="file"
            accept=".json,application/json"
            data-testid="plans-file"
            onChange={(event) => void readPlans(event.currentTarget)}
          />
        </label>
      </div>
    </details>
  );
}

export function Toolbar() {
  const { tagFilter, yScale, baseline, comparison } = view.value;
  const tags = listedTags.value;
  return (
    <div class="toolbar">
      <FilterField
        testId="tag-filter"
        label="Filter tags"
        value={tagFilter}
        error={tagPattern.value.error}
        onInput={(text) => changeView({ tagFilter: text })}
      />
      <TagNames />
      <XChoice />
      <span class="choice">
        y
        <ScaleChoice axis="y" scale={yScale} onChange={(scale) => changeView({ yScale: scale })} />
      </span>
      <SmoothingChoice />
      <GroupChoice />
      {baseline !== null && (
        <button
          type="button"
          class="chip"
          data-testid="baseline"
          title="All curves are compared with this run. Click to end that."
          onClick={() => changeView({ baseline: null })}
        >
          {comparison} to {baseline} ×
        </button>
      )}
      <button
        type="button"
        disabled={!isZoomed()}
        onClick={resetZoom}
        title="Show the whole range (r, or a double click in a chart)"
      >
        Reset zoom
      </button>
      <span class="space" />
      <Notices />
      <span class="quiet tag-count">
        {tags.length === scalarTags.value.length
          ? plural(tags.length, "tag")
          : `${tags.length} of ${plural(scalarTags.value.length, "tag")}`}
      </span>
      <MoreMenu />
    </div>
  );
}
