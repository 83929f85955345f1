/** What holds for all charts: filter, axes, smoothing, groups, and in a menu what is asked for less often. */

import { BANDS, type Band, STATISTICS } from "../../api/groups";
import type { Axis, Scale } from "../../api/scalars";
import { amountAt, MOST_POSITION, positionOf, SMOOTHING_KINDS, SMOOTHING_NAMES } from "../../api/smoothing";
import { Choice } from "../../kit/choice";
import { FilterField } from "../../kit/filter_field";
import { plural } from "../../kit/format";
import { offeredGroupings } from "../../runs/run_columns";
import { SCALES } from "../../series/scale";
import { isZoomed, resetZoom } from "../../shell/keyboard";
import {
  changeView,
  isTableAsked,
  listedTags,
  runCaptures,
  runRows,
  scalarTags,
  tagSieve,
  viewed,
  xTag,
} from "../../state/state";
import { AXES } from "../../state/url_state";
import { changeAxis } from "./axis_change";
import { MoreMenu } from "./more_menu";
import { TagNames } from "./plan_editor";

const AXIS_NAMES: Record<Axis, string> = {
  step: "step",
  relative: "relative time",
  wall: "wall time",
  tag: "another tag…",
};
const SCALE_NAMES: Record<Scale, string> = { linear: "linear", log: "log", symlog: "symlog" };

function XChoice() {
  const { axis, xTag: name, xScale } = viewed;
  return (
    <>
      <Choice
        label="x"
        testId="axis"
        words={AXES}
        names={AXIS_NAMES}
        value={axis}
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
  const { smoothing } = viewed;
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
  const { groupBy, statistic, band } = viewed;
  const offered = offeredGroupings(runRows.value.values(), viewed.columns);
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
            ariaLabel="Line of a group"
            testId="statistic"
            words={STATISTICS}
            value={statistic}
            onChange={(chosen) => changeView({ statistic: chosen })}
          />
          <Choice
            label=""
            ariaLabel="Band of a group"
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

export function Toolbar() {
  const { tagFilter, yScale, baseline, comparison } = viewed;
  const tags = listedTags.value;
  return (
    <div class="toolbar is-split">
      <div class="toolbar-main">
        <FilterField
          testId="tag-filter"
          label="Filter tags"
          value={tagFilter}
          error={tagSieve.value.error}
          found={
            tags.length === scalarTags.value.length
              ? plural(tags.length, "tag")
              : `${tags.length} of ${plural(scalarTags.value.length, "tag")}`
          }
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
          aria-label="Reset zoom"
          title="Show the whole range (r, or a double click in a chart)"
        >
          Reset
        </button>
      </div>
      <MoreMenu />
    </div>
  );
}
