/** Curves: one chart per tag, in groups that fold. */

import type { Axis } from "../api/scalars";
import { amountAt, MOST_POSITION, positionOf, SMOOTHING_KINDS, SMOOTHING_NAMES } from "../api/smoothing";
import { FilterField } from "../app/filter_field";
import { type Group, groupTags } from "../app/grouping";
import { isZoomed, resetZoom } from "../app/keyboard";
import { Notices } from "../app/notices";
import { catalogue, changeView, listedTags, scalarTags, tagPattern, view } from "../app/state";
import { AXES } from "../app/url_state";
import { plural } from "../charts/format";
import { LazyCard } from "./lazy_card";
import { Tooltip } from "./tooltip";

function toggleFolded(name: string): void {
  const folded = new Set(view.value.folded);
  if (!folded.delete(name)) folded.add(name);
  changeView({ folded });
}

function GroupSection({ group }: { group: Group }) {
  const isFolded = view.value.folded.has(group.name);
  return (
    <section class="group" aria-label={group.name || "tags without a group"}>
      <h2>
        <button type="button" aria-expanded={!isFolded} onClick={() => toggleFolded(group.name)}>
          <span class={`triangle${isFolded ? "" : " is-open"}`} aria-hidden="true" />
          {group.name === "" ? <span class="quiet">no group</span> : group.name}
          <span class="quiet"> {group.tags.length}</span>
        </button>
      </h2>
      {!isFolded && (
        <div class="grid">
          {group.tags.map((tag) => (
            <LazyCard key={tag.name} tag={tag} />
          ))}
        </div>
      )}
    </section>
  );
}

function Switch({
  label,
  isOn,
  onChange,
}: {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <button type="button" class="switch" aria-pressed={isOn} onClick={() => onChange(!isOn)}>
      {label}
    </button>
  );
}

const AXIS_NAMES: Record<Axis, string> = { step: "step", relative: "relative time", wall: "wall time" };

function AxisChoice() {
  return (
    <label class="choice">
      x
      <select
        data-testid="axis"
        value={view.value.axis}
        onChange={(event) => changeView({ axis: event.currentTarget.value as Axis })}
      >
        {AXES.map((axis) => (
          <option key={axis} value={axis}>
            {AXIS_NAMES[axis]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The kind, and the amount where there is one; what was recorded stays in sight. */
function SmoothingChoice() {
  const { smoothing } = view.value;
  return (
    <label class="choice">
      smooth
      <select
        data-testid="smoothing"
        value={smoothing?.kind ?? ""}
        onChange={(event) => {
          const kind = SMOOTHING_KINDS.find((known) => known === event.currentTarget.value);
          changeView({ smoothing: kind === undefined ? null : { kind, amount: amountAt(kind, 60) } });
        }}
      >
        <option value="">none</option>
        {SMOOTHING_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {SMOOTHING_NAMES[kind]}
          </option>
        ))}
      </select>
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
    </label>
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
  const { tagFilter, isLogX, isLogY } = view.value;
  const tags = listedTags.value;
  return (
    <>
      <div class="toolbar">
        <FilterField
          testId="tag-filter"
          label="Filter tags"
          value={tagFilter}
          error={tagPattern.value.error}
          onInput={(text) => changeView({ tagFilter: text })}
        />
        <AxisChoice />
        <SmoothingChoice />
        <Switch label="x log" isOn={isLogX} onChange={(isOn) => changeView({ isLogX: isOn })} />
        <Switch label="y log" isOn={isLogY} onChange={(isOn) => changeView({ isLogY: isOn })} />
        <button
          type="button"
          disabled={!isZoomed()}
          onClick={resetZoom}
          title="Show the whole x range (r, or a double click in a chart)"
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
      </div>
      <div class="charts">
        {tags.length === 0 ? (
          <Nothing />
        ) : (
          groupTags(tags).map((group) => <GroupSection key={group.name} group={group} />)
        )}
      </div>
      <Tooltip />
    </>
  );
}
