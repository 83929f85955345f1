/** The values under the pointer, beside it and never below it. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Hit } from "../../charts/hit";
import { plural } from "../../kit/format";
import { compareNatural } from "../../kit/natural_order";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { shortName } from "../../runs/short_names";
import type { Axis } from "../../series/axis";
import { emphasis } from "../../state/emphasis";
import { tooltipOrder } from "../../state/preferences";
import { type Extremes, extremesInWords } from "./extremes";
import { extremesAtRest } from "./resting";
import { spoken, type TooltipContent, tooltip } from "./tooltip_state";
import { aroundPlace, readOut } from "./value_text";

const MOST_ROWS = 12;
const MOST_SPOKEN = 4;
const GAP = 16;

/** Left or top of a box beside the pointer: after it where there is room, else before it. */
export function beside(pointer: number, size: number, room: number): number {
  if (pointer + GAP + size <= room) return pointer + GAP;
  return Math.max(0, pointer - GAP - size);
}

/** The place and the nearest values in words: "step 640, lr=0.3 2.32629, lr=0.05 0.000822, 1 more". */
export function inWords({ axis, xName, hits }: TooltipContent): string {
  if (hits.length === 0) return "No curve has a value here";
  const read = hits.slice(0, MOST_SPOKEN).map((hit) => ({ hit, ...readOut(hit, axis) }));
  const values = read.map(
    ({ hit, value, marks }) => `${label(hit)} ${[value, marks].filter(Boolean).join(" ")}`,
  );
  const rest = hits.length - read.length;
  const place = aroundPlace(axis, xName).join(read[0].place);
  return [place, ...values, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

export function Spoken() {
  return (
    <div class="spoken" role="status" data-testid="spoken">
      {spoken.value}
    </div>
  );
}

export function Tooltip() {
  const box = useRef<HTMLDivElement>(null);
  const content = tooltip.value;
  const nearestHit = content?.hits[0];
  // Where they come later the box is larger, and has to be put anew.
  const extremes = nearestHit === undefined ? null : extremesAtRest(nearestHit);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || content === null) return;
    const left = beside(content.clientX, element.offsetWidth, innerWidth);
    const top = Math.max(0, Math.min(content.clientY + GAP, innerHeight - element.offsetHeight - 4));
    element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  });
  if (content === null || content.hits.length === 0) return null;
  const nearest = content.hits.slice(0, MOST_ROWS);
  const rows = nearest.map((hit) => ({ hit, ...readOut(hit, content.axis) }));
  const place = rows[0].place;
  const isSmoothed = rows.some((row) => row.smooth !== "");
  const isGrouped = rows.some(({ hit }) => hit.line.runs !== undefined);
  // Nearest first decides who is shown; on screen the rows stand as the user likes them, the highest on top at first.
  const { firstSteps } = content;
  const order = firstSteps === null ? tooltipOrder.value : null;
  if (order === "value") rows.sort((one, other) => height(other.hit) - height(one.hit));
  if (order === "name") rows.sort((one, other) => compareNatural(label(one.hit), label(other.hit)));
  const rest = content.hits.length - rows.length;
  return (
    <div class="floating-box tooltip" data-testid="tooltip" role="tooltip" ref={box}>
      <div class="tooltip-place">{aroundPlace(content.axis, content.xName).join(place)}</div>
      <table>
        {isSmoothed && (
          <thead>
            <tr class="quiet">
              <th colSpan={2} />
              <th class="tooltip-value">smoothed</th>
              <th class="tooltip-value">recorded</th>
              <th />
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row) => (
            <tr key={row.hit.key} class={row.hit.name === emphasis.value ? "is-emphasised" : ""}>
              <td>
                <Swatch style={row.hit.style} />
              </td>
              <td class="tooltip-run">
                <CutName name={label(row.hit)} />
              </td>
              {isSmoothed && <td class="tooltip-value">{row.smooth}</td>}
              <td class={isSmoothed ? "tooltip-value quiet" : "tooltip-value"}>
                {row.value}
                {row.marks !== "" && (
                  <span class="warning-text"> {firstSteps?.get(row.hit.key) ?? row.marks}</span>
                )}
              </td>
              {isGrouped && <td class="quiet">{runsBehind(row.hit)}</td>}
              <td class="quiet tooltip-value">{row.place === place ? "" : `at ${row.place}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && <div class="quiet">{`${rest} more`}</div>}
      {extremes !== null && <RestingExtremes hit={content.hits[0]} axis={content.axis} extremes={extremes} />}
    </div>
  );
}

/** Where the lowest and the highest value of the line that stands out were recorded, once the pointer rests on its bucket. */
function RestingExtremes({ hit, axis, extremes }: { hit: Hit; axis: Axis; extremes: Extremes }) {
  const words = extremesInWords(axis, extremes, hit.line.runs !== undefined);
  return (
    <div class="tooltip-extremes" data-testid="tooltip-extremes">
      <Swatch style={hit.style} /> {words.join(" · ")}
    </div>
  );
}

/** Of a group's line at a place: "5 runs", or "3 of 5 runs" where others have ended or not begun. */
function runsBehind({ line, entry }: Hit): string {
  const behind = line.runs?.[entry] ?? 0;
  const all = line.size ?? behind;
  return behind === all ? plural(all, "run") : `${behind} of ${plural(all, "run")}`;
}

/** The name of a row: the run or group, and the tag where a chart has several. */
export function fullLabel({ name, tag }: Pick<Hit, "name" | "tag">): string {
  return tag === null ? name : `${name} · ${tag}`;
}

/** The same with as much of the run's name as tells it apart. */
export function label({ name, tag }: Pick<Hit, "name" | "tag">): string {
  return fullLabel({ name: shortName(name), tag });
}

/** Of the line that stands out. */
function height({ line, entry }: Hit): number {
  const value = entry < 0 ? Number.NaN : (line.smooth ?? line.y)[entry];
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
