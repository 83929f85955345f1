/** All curves of a chart at the place that a click has pinned: values, steps, distances to one, and the extremes. */

import { save, toCsv } from "../../kit/download";
import { formatExact, formatValue } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { changeRuns } from "../../runs/runs_link";
import { type Axis, isOfSteps } from "../../series/axis";
import type { BestPlace } from "../../series/best";
import { emphasis } from "../../state/emphasis";
import { changePlace } from "../../state/place";
import { SubjectLinks } from "../steps/subject_links";
import { chartFields } from "./chart_link";
import {
  baseOf,
  type DetailsContent,
  isRecorded,
  openDetails,
  type Row,
  reference,
  rows,
} from "./details_data";
import { OtherTags } from "./details_tags";
import { extremesInWords, formatSpot, type Spot } from "./extremes";
import { digitsOf } from "./screen_csv";
import { fullLabel, label } from "./tooltip";
import { aroundPlace, formatPlace, formatX, readOut, wholeSteps } from "./value_text";

/** Where a row's value is: of the recorded point, where that is known. */
function xOf({ hit, recorded }: Row): number {
  if (recorded?.at != null && isRecorded(hit)) return recorded.at.x;
  const { line, entry, mark } = hit;
  return entry < 0 ? line.marks.x[mark] : line.x[entry];
}

/** Where an extreme is at the earliest and at the latest: until the server has said it, in its bucket. */
function ends(axis: Axis, place: BestPlace | null): (number | null)[] {
  if (place === null) return [null, null];
  const { first, last, isClosed } = place;
  return isOfSteps(axis) ? wholeSteps(first, last, isClosed) : [first, last];
}

/** The rows as CSV: exact numbers, and the run and the tag of each. */
export function detailsCsv(content: DetailsContent, of: readonly Row[]): string {
  const axis = content.axis === "tag" ? content.xName : content.axis;
  const table = of.map((row) => {
    const { hit, value, difference, lowest, highest } = row;
    const digits = digitsOf(hit.line);
    const extreme = (place: BestPlace | null): (number | null)[] => [
      place === null ? null : digits(place.y),
      ...ends(content.axis, place),
    ];
    const here = [hit.name, hit.tag ?? content.chart.title, xOf(row), digits(value), difference];
    return [...here, ...extreme(lowest), ...extreme(highest)];
  });
  const extremes = ["min", "max"].flatMap((name) => [name, `${name} from ${axis}`, `${name} to ${axis}`]);
  return toCsv([["run", "tag", axis, "value", "difference", ...extremes], ...table]);
}

function signed(value: number): string {
  return value > 0 ? `+${formatValue(value, 4)}` : formatValue(value, 4);
}

export function Details() {
  const content = openDetails.value;
  if (content === null)
    return (
      <aside class="details place-details is-empty" aria-label="Details">
        <p class="quiet">Click in a chart: the values of all runs at that step are listed here.</p>
      </aside>
    );
  const { axis, x, xName, chart } = content;
  const { title } = chart;
  const shown = rows.value;
  const base = baseOf(content);
  return (
    <aside class="details place-details" aria-label="Details" data-testid="details">
      <header>
        <h2 title={title}>{title}</h2>
        <button
          type="button"
          class="icon"
          aria-label="Close the details"
          title="Close (Escape)"
          onClick={() => {
            changePlace({ place: null });
          }}
        >
          ×
        </button>
      </header>
      <p class="quiet">at {aroundPlace(axis, xName).join(formatX(axis, x))}</p>
      <nav class="details-subject" aria-label="Other kinds of data at this place">
        <SubjectLinks names={chart.tags.map((tag) => tag.name)} />
      </nav>
      {shown.length === 0 ? (
        <p class="quiet">No curve has a value here.</p>
      ) : (
        <div class="details-scroller">
          <table>
            <thead>
              <tr>
                <td />
                <th>{shown[0].hit.line.runs === undefined ? "run" : "group"}</th>
                <th class="number">value</th>
                <th class="number" title={base && `Less ${label(base)}; click a row to choose another`}>
                  Δ
                </th>
              </tr>
            </thead>
            {shown.map((row) => (
              <DetailsRow key={row.hit.key} row={row} content={content} isBase={row.hit === base} />
            ))}
          </table>
          <OtherTags />
        </div>
      )}
      <footer>
        <button
          type="button"
          data-testid="details-csv"
          onClick={() =>
            save(
              new Blob([detailsCsv(content, shown)], { type: "text/csv" }),
              `${title}-at-${axis === "tag" ? xName : axis}-${formatX(axis, x)}.csv`,
            )
          }
        >
          CSV
        </button>
        {base !== undefined && base.line.runs === undefined && (
          <button type="button" onClick={() => changeRuns({ baseline: base.name })}>
            Compare with {base.name}
          </button>
        )}
      </footer>
    </aside>
  );
}

/** Where the row's value was recorded, where that is not the place itself. */
function whereOf({ hit, recorded }: Row, { axis, x }: DetailsContent): string {
  const at = recorded?.at ?? null;
  if (at !== null && isRecorded(hit)) {
    if (axis === "step") return at.x === x ? "" : `from ${formatSpot(axis, at, false)}`;
    return `${at.x === x ? "" : `from ${formatX(axis, at.x)}, `}${formatSpot(axis, at, false)}`;
  }
  const { place } = readOut(hit, axis);
  return place === formatX(axis, x) ? "" : place;
}

/** Every digit of the row's value, where it was recorded. */
function exactOf({ hit, recorded, value }: Row, axis: Axis): string {
  const isExact = recorded?.at != null && isRecorded(hit);
  return isExact ? formatExact(value, hit.line.isFloat32) : readOut(hit, axis).exact;
}

/** What is about the value: where it is from, what its bucket has, and the line before it was smoothed. */
function aboutOf(row: Row, content: DetailsContent): string[] {
  const { hit, recorded } = row;
  const { line, entry } = hit;
  const { axis } = content;
  const here = recorded?.here ?? null;
  const isGroup = line.runs !== undefined;
  const about: string[] = [];
  if (here === null || !isGroup) about.push(whereOf(row, content));
  const isWide = entry >= 0 && line.isBucket[entry] === 1 && line.low[entry] !== line.high[entry];
  if (here !== null)
    about.push(`${readOut(hit, axis).place}: ${extremesInWords(axis, here, isGroup, 4).join(", ")}`);
  else if (isWide) about.push(`${formatValue(line.low[entry], 4)} … ${formatValue(line.high[entry], 4)}`);
  const before: Spot | null = recorded?.at ?? null;
  if (line.smooth !== null && !isGroup) {
    const value = before === null ? readOut(hit, axis).value : formatValue(before.value);
    if (value !== "") about.push(`recorded ${value}`);
  }
  return about.filter((text) => text !== "");
}

interface DetailsRowProps {
  row: Row;
  content: DetailsContent;
  isBase: boolean;
}

function DetailsRow({ row, content, isBase }: DetailsRowProps) {
  const { hit, recorded, difference, lowest, highest } = row;
  const { axis } = content;
  const { marks } = readOut(hit, axis);
  const isGroup = hit.line.runs !== undefined;
  const choose = (): void => {
    reference.value = hit.key;
  };
  const extreme = (name: string, best: BestPlace | null, spot: Spot | null | undefined): string => {
    if (best === null) return "";
    const where = spot == null ? null : formatSpot(axis, spot, isGroup);
    return `${name} ${formatValue(best.y, 4)} at ${where ?? formatPlace(axis, best.first, best.last, best.isClosed)}`;
  };
  return (
    <tbody
      class={`${hit.name === emphasis.value ? "is-emphasised" : ""}${isBase ? " is-base" : ""}`}
      data-testid="details-row"
      onPointerEnter={() => {
        emphasis.value = hit.name;
      }}
      onPointerLeave={() => {
        emphasis.value = null;
      }}
    >
      <tr onClick={choose}>
        <td>
          <Swatch style={hit.style} />
        </td>
        <td class="details-name" title={fullLabel(hit)}>
          <button type="button" class="link" aria-pressed={isBase} onClick={choose}>
            <span class="two-lines">{label(hit)}</span>
          </button>
        </td>
        <td class="number" title={exactOf(row, axis)}>
          {Number.isNaN(row.value) ? "" : formatValue(row.value)}
          {marks !== "" && !isGroup && <span class="warning-text"> {marks}</span>}
        </td>
        <td class="number">{isBase ? "–" : Number.isNaN(difference) ? "" : signed(difference)}</td>
      </tr>
      <tr class="quiet" onClick={choose}>
        <td />
        <td class="details-about" colSpan={3}>
          {marks !== "" && isGroup && (
            <span class="warning-text" title={marks}>
              {marks}
            </span>
          )}
          {aboutOf(row, content).map((text) => (
            <span key={text} title={text}>
              {text}
            </span>
          ))}
          {/* Which of the two is good, only the user knows. */}
          {chartFields.best !== "highest" && <span>{extreme("min", lowest, recorded?.all?.min)} </span>}
          {chartFields.best !== "lowest" && <span>{extreme("max", highest, recorded?.all?.max)}</span>}
        </td>
      </tr>
    </tbody>
  );
}
