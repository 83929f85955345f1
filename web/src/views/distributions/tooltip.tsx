/** What is under the pointer: of each run the step, and the bin with its count, or the shares of the values. */

import { signal } from "@preact/signals";
import { formatCount, formatStep, formatValue, withSeparators } from "../../kit/format";
import { PointerTooltip } from "../../kit/pointer_tooltip";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import type { PointedAt } from "./panel";

export interface TooltipContent {
  pointed: readonly PointedAt[];
  clientX: number;
  clientY: number;
}

export const tooltip = signal<TooltipContent | null>(null);

const MOST = 12;

export function Tooltip() {
  const content = tooltip.value;
  if (content === null || content.pointed.length === 0) return null;
  const { pointed, clientX, clientY } = content;
  return (
    <PointerTooltip name="distribution-tooltip" clientX={clientX} clientY={clientY}>
      {pointed.slice(0, MOST).map((each) => (
        <Row key={each.run.name} {...each} />
      ))}
      {pointed.length > MOST && <p class="quiet">and {pointed.length - MOST} more</p>}
    </PointerTooltip>
  );
}

function Row({ run, row, value }: PointedAt) {
  const { rows } = run;
  const step = row === null ? (run.placed?.step ?? 0) : rows.step[row];
  return (
    <div class="distribution-tooltip-row">
      <p>
        <Swatch style={run.style} />
        <CutName name={run.label} />
        <span class="quiet">step {formatStep(step)}</span>
      </p>
      <p>{value === null ? sharesOf(run.rows, row ?? 0) : binOf({ run, row, value })}</p>
      {row !== null && <NotFinite nan={rows.nan[row]} pos={rows.posInf[row]} neg={rows.negInf[row]} />}
    </div>
  );
}

export function NotFinite({ nan, pos, neg }: { nan: number; pos: number; neg: number }) {
  if (nan + pos + neg === 0) return null;
  return (
    <p class="not-finite">
      {nan > 0 && <span class="is-nan">NaN {formatCount(nan)} </span>}
      {pos > 0 && <span class="is-infinite">+Inf {formatCount(pos)} </span>}
      {neg > 0 && <span class="is-infinite">−Inf {formatCount(neg)}</span>}
    </p>
  );
}

/** A count of numbers: mostly whole. */
export function formatNumberOf(count: number): string {
  return Number.isInteger(count) && count < 1e15 ? withSeparators(String(count)) : formatValue(count, 6);
}

/** The recorded bin that a value is in, "0.25 … 0.5: 12". */
function binOf({ run, row, value }: PointedAt & { value: number }): string {
  const found = row === null ? ofPlaced(run, value) : ofRow(run, row, value);
  if (found === null) return `nothing at ${formatValue(value, 4)}`;
  return `${formatValue(found.left)} … ${formatValue(found.right)}: ${formatNumberOf(found.count)}`;
}

interface Bin {
  left: number;
  right: number;
  count: number;
}

function ofPlaced({ placed }: PointedAt["run"], value: number): Bin | null {
  if (placed === null) return null;
  const { edges, counts } = placed.histogram;
  return binIn(edges, edges.slice(1), counts, 0, counts.length, value);
}

function ofRow({ rows }: PointedAt["run"], row: number, value: number): Bin | null {
  return binIn(rows.left, rows.right, rows.count, rows.start[row], rows.start[row + 1], value);
}

/** A bin holds its left edge, the last one also its right. */
export function binIn(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  count: ArrayLike<number>,
  start: number,
  end: number,
  value: number,
): Bin | null {
  let found: Bin | null = null;
  for (let i = start; i < end; i++)
    if (left[i] <= value && (value < right[i] || (i === end - 1 && value <= right[i])))
      found = { left: left[i], right: right[i], count: count[i] };
  return found;
}

function sharesOf({ quantile, shares }: PointedAt["run"]["rows"], row: number): string {
  const at = (share: number): string => formatValue(quantile[row * shares.length + share], 4);
  const last = shares.length - 1;
  if (Number.isNaN(quantile[row * shares.length])) return "no finite values";
  const two = Math.floor(last / 4);
  return `median ${at(last / 2)} · two thirds ${at(two)} … ${at(last - two)} · all ${at(0)} … ${at(last)}`;
}
