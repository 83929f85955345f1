/** One row of the list of runs: a run, or the heading of a group or directory. */

import type { Run } from "../api/catalogue";
import { formatCount, formatTime, plural } from "../kit/format";
import { PinIcon } from "../kit/pin_icon";
import { Swatch } from "../kit/swatch";
import { emphasis, emphasising } from "../state/emphasis";
import { alarmOf, countsOf, findingsOfRuns } from "../state/findings";
import { openPage } from "../state/going";
import { isBest } from "./best_cells";
import { brushedRuns } from "./brushed_runs";
import { BrokenName, CutName } from "./cut_name";
import { groupCell } from "./group_cells";
import { describePlace, notFiniteOf, tellingOf } from "./not_finite";
import { hasTwoLines, rowHeight } from "./row_height";
import { describeCell } from "./run_columns";
import { openRunMenu } from "./run_menu";
import { type HeadingRow, isUnknownRun, type RunRowOfList, rowName } from "./run_rows";
import { cellOfRun, runRows, tagNames } from "./run_table";
import { changeRuns, runsFields, togglePin } from "./runs_link";
import { isShown, onlyThis, toggled, withAll } from "./selection";
import { namesInGroups, shortNames } from "./short_names";
import { fullColumns, shownColumns, shownText, shownWidth } from "./shown_columns";
import { styleOf, styleOfRun } from "./styles";

/** Why a run is grey. */
const UNREAD =
  "Not in memory: its curves are read when there is room. Show fewer runs, or only this one, to make room.";

function describe(run: Run, isOutside: boolean): string {
  const parts = [run.name];
  if (!isUnknownRun(run)) parts.push(plural(run.points, "point"));
  if (run.unread) parts.push(UNREAD);
  if (run.attempts > 1) parts.push(`${run.attempts} attempts`);
  if (run.first_wall_time !== null) parts.push(`first point ${formatTime(run.first_wall_time)}`);
  if (run.last_wall_time !== null) parts.push(`last point ${formatTime(run.last_wall_time)}`);
  if (run.damaged_bytes > 0) parts.push(`${plural(run.damaged_bytes, "damaged byte")} skipped`);
  if (isOutside) parts.push("pinned, and not within the brushes");
  return parts.join("\n");
}

function place(position: number): { transform: string } {
  return { transform: `translateY(${position * rowHeight.value}px)` };
}

/** In characters: names that are longer are cut in a list of the usual width, and less so in a smaller type. */
const LONG = 16;
/** Names of so many have two small lines; longer ones do not fit there either, and are cut in their middle. */
const TWO_SMALL_LINES = [19, 44] as const;

function RowName({ name }: { name: string }) {
  if (hasTwoLines.value)
    return (
      <span class="two-lines">
        <BrokenName name={name} />
      </span>
    );
  if (name.length >= TWO_SMALL_LINES[0] && name.length <= TWO_SMALL_LINES[1])
    return (
      <span class="two-lines is-small">
        <BrokenName name={name} />
      </span>
    );
  return (
    <span class={name.length > LONG ? "is-long" : ""}>
      <CutName name={name} />
    </span>
  );
}

/** A long name has two small lines, in a row of any height. */
function GroupName({ name }: { name: string }) {
  return name.length > LONG_GROUP ? <span class="two-lines is-small">{name}</span> : <CutName name={name} />;
}

/** In characters. */
const LONG_GROUP = 14;

/** Below a group's heading what tells the run apart there; below a directory's the last part. */
function nameOfRow({ run, label, isInside }: RunRowOfList): string {
  const inGroup = isInside ? namesInGroups.value.get(run.name) : undefined;
  return inGroup ?? shortNames.value.ofEnd(run.name, label);
}

/** Which places a badge names, at most; the others are counted. */
const MOST_NAMED = 10;
/** Which findings, at most. */
const MOST_TOLD = 5;

/** "NaN from 1,201" of a run with scalars that are not finite. */
function NotFiniteBadge({ run }: { run: Run }) {
  const places = notFiniteOf(runRows.value.get(run.id)?.not_finite ?? {}, null);
  const telling = tellingOf(places);
  if (telling === null) return null;
  const lines = places
    .sort((one, other) => one.step - other.step)
    .map((place) => `${tagNames.value.get(place.tag) ?? "?"}: ${describePlace(place)}`);
  const more = lines.length > MOST_NAMED ? [`${lines.length - MOST_NAMED} more scalars`] : [];
  return (
    <span
      class="not-finite-badge"
      data-testid="not-finite"
      title={[...lines.slice(0, MOST_NAMED), ...more].join("\n")}
    >
      {telling.word}
      <span>{describePlace(telling).slice(telling.word.length)}</span>
    </span>
  );
}

/** How many errors and warnings the rules find in a run; a click lists all. */
function FindingsBadge({ run }: { run: Run }) {
  const found = findingsOfRuns.value.get(run.id)?.findings ?? [];
  const alarm = alarmOf(countsOf(found));
  if (alarm === null) return null;
  const told = found.filter(({ severity }) => severity === "error" || severity === "warning");
  const lines = told.slice(0, MOST_TOLD).map(({ sentence }) => sentence);
  const more = told.length > MOST_TOLD ? [`${told.length - MOST_TOLD} more`] : [];
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`findings-badge${alarm.isError ? " is-error" : ""}`}
      data-testid="findings-badge"
      aria-label={`${plural(alarm.count, "finding")} in ${run.name}`}
      title={[...lines, ...more].join("\n")}
      onClick={() => openPage("findings")}
    >
      {formatCount(alarm.count)}
    </button>
  );
}

/** Of a run with more hyper-parameters than the table has. */
function LeftOutMark({ run }: { run: Run }) {
  const count = runRows.value.get(run.id)?.hparams_left_out ?? 0;
  if (count === 0) return null;
  return (
    <span
      class="warning-mark"
      data-testid="left-out-mark"
      title={`${count.toLocaleString("en")} hyper-parameters or records of them left out: they are too many or too large for the table`}
    >
      +{formatCount(count)}
    </span>
  );
}

interface RunRowProps {
  row: RunRowOfList;
  position: number;
  count: number;
  /** Whether the Tab key leads to this row. */
  isTabStop: boolean;
}

export function RunRow({ row, position, count, isTabStop }: RunRowProps) {
  const { run, isInside } = row;
  const { selection, baseline, runPins } = runsFields;
  const isPinned = runPins.includes(run.name);
  const isOn = isShown(selection, run.name);
  // A pinned run stays in the list with any brush.
  const isOutside = brushedRuns.value?.has(run.name) === false;
  const state = `${isOn ? "" : " is-hidden"}${run.unread ? " is-unread" : ""}${isOutside ? " is-outside" : ""}${emphasis.value === run.name ? " is-emphasised" : ""}`;
  return (
    <li
      class={`run-row${isInside ? " is-inside" : ""}${state}`}
      data-testid="run-row"
      data-run={run.name}
      data-row={rowName(row)}
      aria-posinset={position + 1}
      aria-setsize={count}
      title={describe(run, isOutside)}
      style={place(position)}
      {...emphasising(run.name)}
      onContextMenu={(event) => openRunMenu(run.name, false, event)}
    >
      <span class="run-name">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the click is the checkbox's, which has keys. */}
        <label
          onClick={(event) => {
            if (!event.altKey) return;
            event.preventDefault();
            changeRuns({ selection: onlyThis(selection, run.name) });
          }}
        >
          <input
            type="checkbox"
            tabIndex={isTabStop ? 0 : -1}
            checked={isOn}
            aria-label={`Show ${run.name}`}
            onChange={() => changeRuns({ selection: toggled(selection, run.name) })}
          />
        </label>
        <button
          type="button"
          tabIndex={-1}
          class="icon"
          aria-label={`Colour and menu of ${run.name}`}
          title="Colour, pin, comparison"
          onClick={(event) => openRunMenu(run.name, false, event)}
        >
          <Swatch style={styleOfRun(run)} />
        </button>
        {isPinned && (
          <button
            type="button"
            tabIndex={-1}
            class="icon"
            aria-label={`Unpin ${run.name}`}
            title="Unpin"
            onClick={() => togglePin(run.name)}
          >
            <PinIcon isOn />
          </button>
        )}
        {/* biome-ignore lint/a11y: the checkbox before it is the same for keys and for screen readers. */}
        <span
          class="run-label"
          onClick={(event) =>
            changeRuns({
              selection: event.altKey ? onlyThis(selection, run.name) : toggled(selection, run.name),
            })
          }
        >
          <RowName name={nameOfRow(row)} />
        </span>
        {baseline === run.name && (
          <span class="quiet" title="All others are compared with this run">
            Δ
          </span>
        )}
        {run.unread && (
          <span class="unread-mark" data-testid="unread" title={UNREAD}>
            not read
          </span>
        )}
        <NotFiniteBadge run={run} />
        <FindingsBadge run={run} />
        {fullColumns.value !== null && <LeftOutMark run={run} />}
        {run.damaged_bytes > 0 && (
          <span class="warning-mark" title={`${run.damaged_bytes} damaged bytes skipped`}>
            !
          </span>
        )}
        <button
          type="button"
          tabIndex={-1}
          class="only"
          title="Show only this run (or Alt-click)"
          onClick={() => changeRuns({ selection: onlyThis(selection, run.name) })}
        >
          only
        </button>
      </span>
      {shownColumns.value.map((column) => {
        const cell = cellOfRun(column, run);
        return (
          <span
            key={column}
            class={`run-cell${isBest(column, cell.value) ? " is-best" : ""}`}
            style={{ width: `${shownWidth(column)}px` }}
            title={describeCell(column, cell)}
          >
            {shownText(column, cell)}
          </span>
        );
      })}
    </li>
  );
}

interface HeadingProps {
  row: HeadingRow;
  position: number;
  isTabStop: boolean;
}

export function Heading({ row, position, isTabStop }: HeadingProps) {
  const { name, runs, isFolded, group } = row;
  const { selection, foldedRuns } = runsFields;
  const columns = shownColumns.value;
  const shown = runs.filter((run) => isShown(selection, run.name)).length;
  const fold = (): void => {
    const folded = new Set(foldedRuns);
    if (!folded.delete(name)) folded.add(name);
    changeRuns({ foldedRuns: folded });
  };
  return (
    <li
      class={`run-row run-heading${emphasis.value === name ? " is-emphasised" : ""}`}
      data-testid="run-heading"
      data-name={name}
      data-row={rowName(row)}
      style={place(position)}
      onPointerEnter={() => {
        if (group !== null) emphasis.value = name;
      }}
      onPointerLeave={() => {
        if (emphasis.value === name) emphasis.value = null;
      }}
      onContextMenu={(event) => group !== null && openRunMenu(name, true, event)}
    >
      <span class="run-name">
        <label>
          <input
            type="checkbox"
            tabIndex={isTabStop ? 0 : -1}
            checked={shown > 0}
            ref={(element) => {
              if (element !== null) element.indeterminate = shown > 0 && shown < runs.length;
            }}
            aria-label={`Show all of ${name}`}
            onChange={() =>
              changeRuns({
                selection: withAll(
                  selection,
                  runs.map((run) => run.name),
                  shown < runs.length,
                ),
              })
            }
          />
        </label>
        {group !== null && (
          <button
            type="button"
            tabIndex={-1}
            class="icon"
            aria-label={`Colour of ${name}`}
            onClick={(event) => openRunMenu(name, true, event)}
          >
            <Swatch style={styleOf(group)} />
          </button>
        )}
        <button
          type="button"
          tabIndex={-1}
          class="fold"
          aria-expanded={!isFolded}
          title={name}
          onClick={fold}
        >
          <span class={`triangle${isFolded ? "" : " is-open"}`} aria-hidden="true" />
          <span class="run-label">
            {group === null ? (
              <RowName name={shortNames.value.of(name)} />
            ) : (
              <GroupName name={group.short ?? name} />
            )}
          </span>
          <span class="quiet"> {runs.length}</span>
        </button>
      </span>
      {group !== null &&
        columns.map((column) => {
          const { text, title } = groupCell(column, runs, (run) => cellOfRun(column, run));
          return (
            <span
              key={column}
              class="run-cell"
              data-testid="group-cell"
              style={{ width: `${shownWidth(column)}px` }}
              title={title}
            >
              <span class="two-lines is-small">{text}</span>
            </span>
          );
        })}
    </li>
  );
}
