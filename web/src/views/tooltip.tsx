/** The values under the pointer, beside it and never below it. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { theme } from "../app/preferences";
import { catalogue, emphasis } from "../app/state";
import { Swatch } from "../app/swatch";
import { runStyle } from "../charts/colour";
import { plural } from "../charts/format";
import { readOut } from "./readout";
import { tooltip } from "./tooltip_state";

const MOST_ROWS = 12;
const GAP = 16;

/** Left or top of a box beside the pointer: after it where there is room, else before it. */
export function beside(pointer: number, size: number, room: number): number {
  if (pointer + GAP + size <= room) return pointer + GAP;
  return Math.max(0, pointer - GAP - size);
}

export function Tooltip() {
  const box = useRef<HTMLDivElement>(null);
  const content = tooltip.value;
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || content === null) return;
    const left = beside(content.clientX, element.offsetWidth, innerWidth);
    const top = Math.max(0, Math.min(content.clientY + GAP, innerHeight - element.offsetHeight - 4));
    element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  });
  if (content === null || content.hits.length === 0) return null;
  const colors = new Map(catalogue.value?.runs.map((run) => [run.name, run.color]));
  const nearest = content.hits.slice(0, MOST_ROWS);
  const rows = nearest.map((hit) => ({ hit, ...readOut(hit, content.axis) }));
  const place = rows[0].place;
  const isSmoothed = rows.some((row) => row.smooth !== "");
  // Nearest first decides who is shown; on screen the rows stand as the curves do, the highest on top.
  rows.sort((one, other) => height(other.hit) - height(one.hit));
  const rest = content.hits.length - rows.length;
  return (
    <div class="tooltip" data-testid="tooltip" role="tooltip" ref={box}>
      <div class="tooltip-place">
        {content.axis === "step" ? "step " : ""}
        {place}
        {content.axis === "relative" ? " after the start" : ""}
      </div>
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
            <tr key={row.hit.run} class={row.hit.run === emphasis.value ? "is-emphasised" : ""}>
              <td>
                <Swatch style={runStyle(colors.get(row.hit.run) ?? 0, theme.value)} />
              </td>
              <td class="tooltip-run">{row.hit.run}</td>
              {isSmoothed && <td class="tooltip-value">{row.smooth}</td>}
              <td class={isSmoothed ? "tooltip-value quiet" : "tooltip-value"}>
                {row.value}
                {row.marks !== "" && <span class="warning-text"> {row.marks}</span>}
              </td>
              <td class="quiet">{row.place === place ? "" : `at ${row.place}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && <div class="quiet">{plural(rest, "more run")}</div>}
    </div>
  );
}

function height(hit: { line: { y: Float64Array }; entry: number }): number {
  const value = hit.entry < 0 ? Number.NaN : hit.line.y[hit.entry];
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
