/** Settings of all charts: filter, axes, smoothing, groups, and in a menu settings that are needed less often. */

import { amountAt, MOST_POSITION, positionOf, SMOOTHING_KINDS, SMOOTHING_NAMES } from "../../api/smoothing";
import { Choice } from "../../kit/choice";
import { GroupChoice } from "../../runs/group_choice";
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
import { GroupLine } from "./group_line";
import { MoreMenu } from "./more_menu";

const AXIS_NAMES: Record<Axis, string> = {
  step: "step",
  aligned: "step, aligned starts",
  relative: "relative time",
  training: "training time",
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
              : "Tag on the x axis: whole numbers that go by one hold until the next, others that never turn back are interpolated between their steps, the rest is joined by equal steps"
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

export function Toolbar() {
  const { yScale } = chartFields;
  const { baseline, comparison } = runsFields;
  return (
    <div class="toolbar is-split">
      <TagFilter
        total={scalarTags.value.length}
        found={listedTags.value.length}
        error={tagSieve.value.error}
        nearest={tagSieve.value.nearest}
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
        <GroupLine />
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
