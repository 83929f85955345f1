/** Settings of all charts: filter, axes, smoothing, groups, and in a menu settings that are needed less often. */

import { BANDS, type Band, STATISTICS } from "../../api/groups";
import { amountAt, MOST_POSITION, positionOf, SMOOTHING_KINDS, SMOOTHING_NAMES } from "../../api/smoothing";
import { Choice } from "../../kit/choice";
import { runCaptures } from "../../runs/listed_runs";
import { offeredGroupings } from "../../runs/run_columns";
import { isTableAsked, runRows } from "../../runs/run_table";
import { changeRuns, runsFields } from "../../runs/runs_link";
import type { Axis, Scale } from "../../series/axis";
import { AXES } from "../../series/axis";
import { SCALES } from "../../series/scale";
import { changePlace, placeFields } from "../../state/place";
import { scalarTags } from "../../state/server";
import { TagFilter } from "../steps/tag_filter";
import { changeAxis } from "./axis_change";
import { changeCharts, chartFields, isZoomed, resetZoom } from "./chart_link";
import { listedTags, tagSieve, xTag } from "./charts_of_log";
import { DefinitionEditor, TagNames } from "./definition_editor";
import { MoreMenu } from "./more_menu";

const AXIS_NAMES: Record<Axis, string> = {
  step: "step",
  relative: "relative time",
  wall: "wall time",
  tag: "another tag…",
};
const SCALE_NAMES: Record<Scale, string> = { linear: "linear", log: "log", symlog: "symlog" };

function XChoice() {
  const { axis, xTag: name } = placeFields;
  const { xScale } = chartFields;
  return (
    <>
      <Choice
        label="x"
        testId="axis"
        words={AXES}
        names={AXIS_NAMES}
        value={axis}
        isSet={axis !== "step"}
        onChange={(chosen) => void changeAxis(chosen)}
      />
      {axis === "tag" && (
        <input
          class={`x-tag${xTag.value === null && name !== "" ? " is-wrong" : ""}`}
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
          onInput={(event) => changePlace({ xTag: event.currentTarget.value })}
        />
      )}
      {axis !== "wall" && (
        <ScaleChoice axis="x" scale={xScale} onChange={(scale) => changeCharts({ xScale: scale })} />
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
      class={scale === "linear" ? "bare" : "bare is-set"}
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

/** The kind, and the amount where there is one; the recorded line stays in sight. */
function SmoothingChoice() {
  const { smoothing } = chartFields;
  return (
    <Choice
      label="smooth"
      testId="smoothing"
      words={["", ...SMOOTHING_KINDS]}
      names={{ "": "none", ...SMOOTHING_NAMES }}
      value={smoothing?.kind ?? ""}
      isSet={smoothing !== null}
      onChange={(kind) =>
        changeCharts({ smoothing: kind === "" ? null : { kind, amount: amountAt(kind, 60) } })
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
              changeCharts({ smoothing: { kind: smoothing.kind, amount } });
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
  const { groupBy } = runsFields;
  const { statistic, band } = chartFields;
  const offered = offeredGroupings(runRows.value.values(), runsFields.columns);
  const isCapture = groupBy.startsWith(CAPTURE);
  const words = ["", "directory", CAPTURE, ...offered.map(([value]) => value)];
  if (!isCapture && !words.includes(groupBy)) words.push(groupBy);
  const { error } = runCaptures.value;
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
        isSet={groupBy !== ""}
        onChange={(chosen) => changeRuns({ groupBy: chosen === CAPTURE ? "/^[^/]+/" : chosen })}
      />
      {isCapture && (
        <input
          class={`x-tag${error === null ? "" : " is-wrong"}`}
          data-testid="group-pattern"
          aria-label="Regular expression whose captures name the groups"
          title={error ?? "Runs are grouped by the text that this captures in their names, as in lr=([^_]+)"}
          value={groupBy.replace(/^\/|\/$/gu, "")}
          onInput={(event) => changeRuns({ groupBy: `/${event.currentTarget.value}/` })}
        />
      )}
      {groupBy !== "" && (
        <>
          <Choice
            label=""
            ariaLabel="Line of a group"
            testId="statistic"
            words={STATISTICS}
            value={statistic}
            onChange={(chosen) => changeCharts({ statistic: chosen })}
          />
          <Choice
            label=""
            ariaLabel="Band of a group"
            testId="band"
            words={BANDS}
            names={BAND_NAMES}
            value={band}
            onChange={(chosen) => changeCharts({ band: chosen })}
          />
        </>
      )}
    </span>
  );
}

export function Toolbar() {
  const { yScale } = chartFields;
  const { baseline, comparison } = runsFields;
  return (
    <div class="toolbar is-split">
      <TagFilter
        total={scalarTags.value.length}
        found={listedTags.value.length}
        error={tagSieve.value.error}
      />
      <div class="toolbar-main">
        <TagNames />
        <XChoice />
        <span class={yScale === "linear" ? "choice" : "choice is-set"}>
          y
          <ScaleChoice axis="y" scale={yScale} onChange={(scale) => changeCharts({ yScale: scale })} />
        </span>
        <SmoothingChoice />
        <GroupChoice />
        {baseline !== null && (
          <button
            type="button"
            class="chip"
            data-testid="baseline"
            title="All curves are compared with this run. Click to end that."
            onClick={() => changeRuns({ baseline: null })}
          >
            {comparison} to {baseline} ×
          </button>
        )}
        <button
          type="button"
          disabled={!isZoomed()}
          onClick={resetZoom}
          aria-label="Reset zoom"
          title="Show the whole range (r, or a double click in a chart)"
        >
          Reset
        </button>
      </div>
      <MoreMenu />
      <DefinitionEditor />
    </div>
  );
}
