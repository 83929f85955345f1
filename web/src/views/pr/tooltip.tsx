/** What is under the pointer: a table with a row for each run, the nearest first. */

import { signal } from "@preact/signals";
import type { RunStyle } from "../../kit/colour";
import { PointerTooltip } from "../../kit/pointer_tooltip";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";

export interface TooltipRow {
  name: string;
  label: string;
  style: RunStyle;
  /** By the names of their columns. */
  cells: Readonly<Record<string, string>>;
}

export interface TooltipContent {
  title: string;
  rows: readonly TooltipRow[];
  clientX: number;
  clientY: number;
}

export const tooltip = signal<TooltipContent | null>(null);

const MOST = 10;

export function Tooltip() {
  const content = tooltip.value;
  if (content === null || content.rows.length === 0) return null;
  const { title, rows, clientX, clientY } = content;
  const columns = Object.keys(rows[0].cells);
  return (
    <PointerTooltip name="pr-tooltip" clientX={clientX} clientY={clientY}>
      <table>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST).map(({ name, label, style, cells }, i) => (
            <tr key={name} class={i === 0 && rows.length > 1 ? "is-nearest" : ""} data-run={name}>
              <th scope="row">
                <Swatch style={style} />
                <CutName name={label} />
              </th>
              {columns.map((column) => (
                <td key={column} data-figure={column}>
                  {cells[column]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST && <p class="quiet">and {rows.length - MOST} more</p>}
    </PointerTooltip>
  );
}
