/** The head of a chart: its name, notes about values out of sight, and its menus. */

import type { Run } from "../../api/catalogue";
import type { DrawnSeries } from "../../charts/chart_content";
import type { Fit } from "../../charts/fit";
import { ExpandButton } from "../../kit/expand_button";
import { plural } from "../../kit/format";
import { PinIcon } from "../../kit/pin_icon";
import { shownGroups, shownRuns } from "../../runs/listed_runs";
import { isUnknownRun } from "../../runs/run_rows";
import type { Axis } from "../../series/axis";
import type { Between } from "../../series/line";
import { type Chart, type ChartDefinition, freeTitle, OWN } from "./chart_definitions";
import { changeCharts, chartFields, setOwnRange } from "./chart_link";
import { ChartMenu, type NamedTable } from "./chart_menu";
import { betweenOf, countLeftOut, isApproximate } from "./chart_series";
import { descriptions, soughtChart } from "./charts_of_log";

/** How many series have values above and below the shown range, and values that a log axis cannot show. */
export type Outside = Pick<Fit, "above" | "below" | "noPlace">;

interface ChartHeaderProps {
  chart: Chart;
  label: string;
  series: readonly DrawnSeries[];
  /** The axis it is drawn over; null before it is. */
  axis: Axis | null;
  /** Why it could not be loaded; null when it could. */
  error: string | null;
  outside: Outside;
  /** The names of the runs that are not drawn yet. */
  pending: ReadonlySet<string>;
  /** Draws the chart as it is on screen; null before it is drawn. */
  picture: () => HTMLCanvasElement | null;
  svg: () => string | null;
  /** The drawn points, as CSV. */
  table: () => NamedTable;
}

const DRAGGED = "application/x-cutaway-chart";

/** Put two charts in one: a definition of all their tags, in place of a user's own chart where one of them is that. */
function combine(one: Chart, otherKey: string): void {
  const { definitions } = chartFields;
  const other = definitions.find((definition) => `${OWN}${definition.title}` === otherKey);
  const tags = new Set([...one.tags.map((tag) => tag.name), ...(other?.tags ?? [otherKey])]);
  const base: ChartDefinition = one.definition ?? {
    title: freeTitle([...tags].join(" + ").slice(0, 80), definitions),
    ...{ tags: [], patterns: [], margins: [], x: null },
  };
  const combined = { ...base, tags: [...tags] };
  const kept = definitions.filter((definition) => definition !== one.definition);
  changeCharts({ definitions: [...kept, combined] });
  soughtChart.value = `${OWN}${combined.title}`;
}

function Mark({ text, title, onClick }: { text: string; title: string; onClick?: () => void }) {
  if (onClick === undefined) {
    return (
      <span class="warning-text" title={title}>
        {text}
      </span>
    );
  }
  return (
    <button type="button" class="link warning-text" title={title} onClick={onClick}>
      {text}
    </button>
  );
}

const MOST_LISTED = 20;
const MOST_CHARACTERS = 100;

/** A log may name anything, at any length and as often as it likes. */
function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function listing(lines: readonly string[], separator: string): string {
  const more = lines.length - MOST_LISTED;
  return lines.slice(0, MOST_LISTED).join(separator) + (more > 0 ? `${separator}and ${more} more` : "");
}

function NoPlace({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <Mark
      text={`${count} ≤ 0`}
      title={`${plural(count, "curve")} with values at or below 0, which a log axis has no place for. Click for symlog,
      which has.`}
      onClick={() => changeCharts({ yScale: "symlog" })}
    />
  );
}

function Beyond({ chart, above, below }: { chart: Chart; above: number; below: number }) {
  if (above + below === 0) return null;
  const text = [above > 0 && `▲${above}`, below > 0 && `▼${below}`].filter(Boolean).join(" ");
  const parts = [above > 0 && `${above} above`, below > 0 && `${below} below`].filter(Boolean).join(", ");
  return (
    <Mark
      text={text}
      title={`Curves that go beyond the shown range: ${parts}. Click to show all.`}
      onClick={() => {
        if (chartFields.ranges.get(chart.key)?.y != null) setOwnRange(chart.key, { y: null });
        else changeCharts({ ignoresOutliers: false });
      }}
    />
  );
}

/** Points without a place on the x axis: of a tag that turns back all but those at its own steps. */
function LeftOut({ count, between }: { count: number; between: Between | null }) {
  const points = `${plural(count, "point")} left out`;
  if (between === "joined") {
    return (
      <Mark
        text={count > 0 ? `at equal steps, ${points}` : "at equal steps"}
        title="The values of the tag on the x axis turn back, so that nothing is known of them between its steps: only
        points at the steps that both tags have are shown"
      />
    );
  }
  if (count === 0) return null;
  return (
    <Mark
      text={points}
      title="These points have no place on the x axis: a log axis begins above 0, and another tag may begin later or end
      earlier"
    />
  );
}

/** How many of the runs or groups that are shown have the chart's tags; nothing where all have. */
function Having({ part, whole }: { part: readonly unknown[]; whole: readonly unknown[] }) {
  if (part.length === whole.length) return null;
  const word = shownGroups.value === null ? "run" : "group";
  return (
    <span class="quiet">
      {part.length.toLocaleString("en")} of {plural(whole.length, word)}
    </span>
  );
}

export function ChartHeader({
  chart,
  label,
  series,
  axis,
  error,
  outside,
  pending,
  ...taken
}: ChartHeaderProps) {
  const isExpanded = chartFields.expanded === chart.key;
  const having = new Set(chart.tags.flatMap((tag) => tag.runs));
  const runs = shownRuns.value.filter((run) => having.has(run.id));
  const groups = shownGroups.value?.filter((group) => group.runs.some((run) => having.has(run.id)));
  // Of a run that was never read nobody knows whether it has the tags.
  const unknown = shownRuns.value.filter(isUnknownRun);
  const unread = new Set([...pending, ...unknown.map(({ name }) => name)]);
  const isKnown = (run: Run): boolean => !isUnknownRun(run);
  const isPinned = chartFields.pins.includes(chart.key);
  const described = chart.tags
    .map((tag) => descriptions.value.get(tag.id) ?? "")
    .filter((text) => text !== "");
  const hasOwnX = chartFields.ranges.get(chart.key)?.x != null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: "New chart…" does for keys the same as dropping.
    <header
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes(DRAGGED)) event.preventDefault();
      }}
      onDrop={(event) => {
        const key = event.dataTransfer?.getData(DRAGGED) ?? "";
        if (key !== "" && key !== chart.key) {
          event.preventDefault();
          combine(chart, key);
        }
      }}
    >
      <h3
        title={`${chart.title}\nDrag it onto another chart's name to see both in one`}
        draggable
        onDragStart={(event) => event.dataTransfer?.setData(DRAGGED, chart.key)}
      >
        {label}
      </h3>
      {described.length > 0 && (
        <span
          class="quiet described"
          title={described.join("\n")}
          role="note"
          aria-label={described.join("; ")}
        >
          i
        </span>
      )}
      {error !== null && <Mark text="not loaded" title={error} />}
      {unread.size > 0 && (
        <span
          class="quiet"
          data-testid="pending"
          title={`Not in memory yet, and read as far as there is room: ${listing([...unread].map(shortened), ", ")}`}
        >
          {plural(unread.size, "run")} not read
        </span>
      )}
      {chart.missing.length > 0 && (
        <Mark
          text={`${chart.missing.length} not found`}
          title={`No tag of these runs: ${listing(chart.missing.map(shortened), ", ")}`}
        />
      )}
      {chart.refused.length > 0 && (
        <Mark
          text={`${plural(chart.refused.length, "pattern")} refused`}
          title={listing(
            chart.refused.map(({ pattern, reason }) => `${shortened(pattern)}: ${reason}`),
            "\n",
          )}
        />
      )}
      <LeftOut count={countLeftOut(series)} between={betweenOf(series)} />
      {isApproximate(series) && (
        <span
          class="quiet"
          title="Over time, more than 10 million points are drawn by buckets of steps, each where its first point is. Minima and
          maxima are exact. So is a closer range, and the chart by step."
        >
          ≈ time
        </span>
      )}
      <Beyond chart={chart} above={outside.above} below={outside.below} />
      <NoPlace count={outside.noPlace} />
      {hasOwnX && (
        <Mark
          text="own x range"
          title="This chart shows a range of its own. Click to show that of all charts."
          onClick={() => setOwnRange(chart.key, { x: null })}
        />
      )}
      <Having
        part={groups ?? runs}
        whole={
          shownGroups.value?.filter((group) => group.runs.some(isKnown)) ?? shownRuns.value.filter(isKnown)
        }
      />
      <button
        type="button"
        class={`icon pin${isPinned ? " is-on" : ""}`}
        aria-pressed={isPinned}
        aria-label={`Pin ${chart.title} to the top`}
        title={isPinned ? "Take it from the top" : "Pin it to the top"}
        onClick={() =>
          changeCharts({
            pins: isPinned
              ? chartFields.pins.filter((key) => key !== chart.key)
              : [...chartFields.pins, chart.key],
          })
        }
      >
        <PinIcon isOn={isPinned} />
      </button>
      <ChartMenu chart={chart} axis={axis} runs={runs} {...taken} />
      <ExpandButton
        name={chart.title}
        isExpanded={isExpanded}
        title="Expand (f)"
        onClick={() => changeCharts({ expanded: isExpanded ? null : chart.key })}
      />
    </header>
  );
}
