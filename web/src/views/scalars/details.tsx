/** All curves of a chart at the place that a click has pinned: values, steps, distances to one, and the extremes. */

import { computed, signal } from "@preact/signals";
import type { DrawnSeries } from "../../charts/chart_content";
import type { Hit } from "../../charts/hit";
import { save, toCsv } from "../../kit/download";
import { formatValue } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { changeRuns } from "../../runs/runs_link";
import { type Axis, isOfSteps } from "../../series/axis";
import { type BestPlace, bestOf } from "../../series/best";
import { emphasis } from "../../state/emphasis";
import { changePlace, placeFields } from "../../state/place";
import { chartFields } from "./chart_link";
import { digitsOf } from "./screen_csv";
import { label } from "./tooltip";
import { aroundPlace, formatPlace, formatX, readOut, wholeSteps } from "./value_text";

export interface DetailsContent {
  /** Of the chart. */
  key: string;
  title: string;
  axis: Axis;
  xName: string;
  x: number;
  hits: readonly Hit[];
  series: readonly DrawnSeries[];
}

/** Set by the chart that was clicked, as long as it is there; it stays when the chart is scrolled away. */
export const details = signal<DetailsContent | null>(null);

/** The key of the series that the others' distances are to; the first one when it is not there. */
const reference = signal<string | null>(null);

function drawnValue({ line, entry }: Hit): number {
  return entry < 0 ? Number.NaN : (line.smooth ?? line.y)[entry];
}

function xOf({ line, entry, mark }: Hit): number {
  return entry < 0 ? line.marks.x[mark] : line.x[entry];
}

interface Row {
  hit: Hit;
  value: number;
  difference: number;
  lowest: BestPlace | null;
  highest: BestPlace | null;
}

const rows = computed<Row[]>(() => {
  const content = details.value;
  if (content === null) return [];
  const linesOf = new Map(content.series.map((series) => [series.key, series.lines]));
  const everywhere = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  const base = content.hits.find((hit) => hit.key === reference.value) ?? content.hits[0];
  return content.hits
    .map((hit) => ({
      hit,
      value: drawnValue(hit),
      difference: drawnValue(hit) - drawnValue(base),
      lowest: bestOf(linesOf.get(hit.key) ?? [], "lowest", ...everywhere),
      highest: bestOf(linesOf.get(hit.key) ?? [], "highest", ...everywhere),
    }))
    .sort((one, other) =>
      Number.isNaN(one.value) || Number.isNaN(other.value)
        ? Number(Number.isNaN(one.value)) - Number(Number.isNaN(other.value))
        : other.value - one.value,
    );
});

/** Where an extreme is at the earliest and at the latest: in a bucket, only that is known. */
function ends(axis: Axis, place: BestPlace | null): (number | null)[] {
  if (place === null) return [null, null];
  const { first, last, isClosed } = place;
  return isOfSteps(axis) ? wholeSteps(first, last, isClosed) : [first, last];
}

/** The rows as CSV: exact numbers, and the run and the tag of each. */
export function detailsCsv(content: DetailsContent, of: readonly Row[]): string {
  const axis = content.axis === "tag" ? content.xName : content.axis;
  const table = of.map(({ hit, value, difference, lowest, highest }) => {
    const digits = digitsOf(hit.line);
    const extreme = (place: BestPlace | null): (number | null)[] => [
      place === null ? null : digits(place.y),
      ...ends(content.axis, place),
    ];
    const here = [hit.name, hit.tag ?? content.title, xOf(hit), digits(value), difference];
    return [...here, ...extreme(lowest), ...extreme(highest)];
  });
  const extremes = ["min", "max"].flatMap((name) => [name, `${name} from ${axis}`, `${name} to ${axis}`]);
  return toCsv([["run", "tag", axis, "value", "difference", ...extremes], ...table]);
}

function signed(value: number): string {
  return value > 0 ? `+${formatValue(value, 4)}` : formatValue(value, 4);
}

export function Details() {
  const content = details.value;
  // Of the chart that a link marks nothing is known before it is drawn.
  if (content === null || content.key !== chartFields.detailed || placeFields.place === null) return null;
  const { axis, x, xName, title } = content;
  const shown = rows.value;
  const base = content.hits.find((hit) => hit.key === reference.value) ?? content.hits[0];
  const places = new Set(shown.map(({ hit }) => readOut(hit, axis).place));
  const commonPlace = places.size === 1 ? [...places][0] : null;
  return (
    <aside class="details" aria-label="Details" data-testid="details">
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
      <p class="quiet">
        at {aroundPlace(axis, xName).join(commonPlace ?? formatX(axis, isOfSteps(axis) ? Math.round(x) : x))}
      </p>
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
                <th class="number" title={`Less ${label(base)}; click a row to choose another`}>
                  Δ
                </th>
              </tr>
            </thead>
            {shown.map((row) => (
              <DetailsRow
                key={row.hit.key}
                row={row}
                axis={axis}
                isBase={row.hit === base}
                commonPlace={commonPlace}
              />
            ))}
          </table>
        </div>
      )}
      <footer>
        <button
          type="button"
          data-testid="details-csv"
          onClick={() =>
            save(
              new Blob([detailsCsv(content, shown)], { type: "text/csv" }),
              `${title}-at-${axis === "tag" ? xName : axis}-${commonPlace ?? formatX(axis, x)}.csv`,
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

interface DetailsRowProps {
  row: Row;
  axis: Axis;
  isBase: boolean;
  /** Where all rows are, so that it need not be said of each; null where they differ. */
  commonPlace: string | null;
}

function DetailsRow({ row, axis, isBase, commonPlace }: DetailsRowProps) {
  const { hit, difference, lowest, highest } = row;
  const { place, value, exact, marks } = readOut(hit, axis);
  const { line, entry } = hit;
  const choose = (): void => {
    reference.value = hit.key;
  };
  const isWide = entry >= 0 && line.isBucket[entry] === 1 && line.low[entry] !== line.high[entry];
  const about = [
    place !== commonPlace && place,
    isWide && `${formatValue(line.low[entry], 4)} … ${formatValue(line.high[entry], 4)}`,
    !isWide && line.smooth !== null && value !== "" && `recorded ${value}`,
  ].filter(Boolean);
  const extreme = (name: string, best: BestPlace | null): string =>
    best === null
      ? ""
      : `${name} ${formatValue(best.y, 4)} at ${formatPlace(axis, best.first, best.last, best.isClosed)}`;
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
        <td class="details-name" title={label(hit)}>
          <button type="button" class="link" aria-pressed={isBase} onClick={choose}>
            <CutName name={label(hit)} />
          </button>
        </td>
        <td class="number" title={exact}>
          {Number.isNaN(row.value) ? "" : formatValue(row.value)}
          {marks !== "" && <span class="warning-text"> {marks}</span>}
        </td>
        <td class="number">{isBase ? "–" : Number.isNaN(difference) ? "" : signed(difference)}</td>
      </tr>
      <tr class="quiet" onClick={choose}>
        <td />
        <td class="details-about" colSpan={3}>
          {about.map((text) => (
            <span key={text}>{text} </span>
          ))}
          {/* Which of the two is good, only the user knows. */}
          {chartFields.best !== "highest" && <span>{extreme("min", lowest)} </span>}
          {chartFields.best !== "lowest" && <span>{extreme("max", highest)}</span>}
        </td>
      </tr>
    </tbody>
  );
}
