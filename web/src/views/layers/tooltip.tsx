/** All statistics of the cell under the pointer. */

import { effect, signal } from "@preact/signals";
import { fetchLayerCell, type LayerCell } from "../../api/layers";
import type { LooseNumber } from "../../api/runs";
import { formatCount, formatDuration, formatTime, plural } from "../../kit/format";
import { PointerTooltip } from "../../kit/pointer_tooltip";
import { stepsInWords, valueText } from "./cell_text";
import { series } from "./layers_state";
import { curveText } from "./loss_curve";
import { stateOf, VALUE } from "./map_picture";
import { shownMap } from "./map_state";
import type { RowLine } from "./row_tree";
import { formatStatistic, titleOf } from "./statistics";

export interface Hovered {
  line: RowLine;
  /** -1 where there is none. */
  bucket: number;
  clientX: number;
  clientY: number;
}

export const hovered = signal<Hovered | null>(null);

/** What the server says of a cell. */
const cell = signal<{ key: string; found: LayerCell } | null>(null);
/** The pointer has to rest so long, in milliseconds. */
const REST = 60;

function keyOf({ line, bucket }: Pick<Hovered, "line" | "bucket">): string {
  const shown = shownMap.peek();
  return shown === null
    ? ""
    : JSON.stringify([shown.of, line.key, shown.map.first[bucket], shown.map.last[bucket]]);
}

export function followCell(): void {
  let last = "";
  let under: AbortController | null = null;
  effect(() => {
    const at = hovered.value;
    const shown = shownMap.value;
    if (at === null || shown === null || at.bucket < 0 || at.line.rows.length === 0) return;
    const key = keyOf(at);
    if (key === last) return;
    const timer = setTimeout(() => {
      last = key;
      under?.abort();
      under = new AbortController();
      const { run, prefix, kind } = shown.asked;
      const range = [shown.map.first[at.bucket], shown.map.last[at.bucket]] as const;
      fetchLayerCell({ run, prefix, kind, rows: [...at.line.rows], range }, under.signal).then(
        (found) => {
          if (last === key) cell.value = { key, found };
        },
        () => {
          if (last === key) last = "";
        },
      );
    }, REST);
    return () => clearTimeout(timer);
  });
}

export function Tooltip() {
  const at = hovered.value;
  const shown = shownMap.value;
  if (at === null || shown === null || at.line.rows.length === 0) return null;
  const { line, bucket, clientX, clientY } = at;
  const row = shown.place.get(line.key);
  const isKnown = bucket >= 0 && row !== undefined;
  const found = isKnown && cell.value?.key === keyOf(at) ? cell.value.found : null;
  const state = isKnown ? stateOf(shown.map.marks[row * shown.map.buckets + bucket]) : 0;
  return (
    <PointerTooltip name="layers-tooltip" clientX={clientX} clientY={clientY}>
      <strong>{line.key}</strong>
      <p class="quiet">
        {[classOf(line), line.rows.length > 1 ? `the worst of ${plural(line.rows.length, "row")}` : ""]
          .filter((word) => word !== "")
          .join(", ")}
      </p>
      {isKnown ? (
        <>
          <p>
            {stepsInWords(shown.map.first[bucket], shown.map.last[bucket])}
            {shown.map.count[bucket] > 1 && (
              <span class="quiet">, {plural(shown.map.count[bucket], "logging step")}</span>
            )}
          </p>
          <p class="quiet">{curveText(shown.map.last[bucket])}</p>
          {found !== null && <p class="quiet">{timeText(found)}</p>}
          <p class={state === VALUE ? "layers-value" : "layers-value is-special"}>
            {valueText(shown, line, bucket)}
          </p>
          {found === null ? (
            <p class="quiet">Reading the other statistics.</p>
          ) : (
            <Statistics found={found} kind={shown.asked.kind} />
          )}
        </>
      ) : (
        <p class="quiet">nothing was recorded here</p>
      )}
    </PointerTooltip>
  );
}

/** When it was recorded, and how long after the first logging step. */
function timeText({ wall_time, start }: LayerCell): string {
  if (typeof wall_time !== "number" || typeof start !== "number") return "";
  const since = wall_time > start ? `, ${formatDuration(wall_time - start)} after the first` : "";
  return `${formatTime(wall_time)}${since}`;
}

function classOf({ rows, type, isFold }: RowLine): string {
  if (rows.length !== 1) return isFold ? `${type} alike` : "";
  return series.value?.classes[rows[0]] ?? type;
}

export function numberOf(value: LooseNumber): number {
  return typeof value === "number" ? value : Number(value);
}

/** Least, mean and greatest of each statistic, and elements that are not finite. */
export function Statistics({ found, kind }: { found: LayerCell; kind: string }) {
  const { nan = 0, pos_inf = 0, neg_inf = 0, zeros = 0 } = found.elements;
  const isOne = found.count === 1;
  return (
    <table class="layers-statistics">
      {!isOne && (
        <thead>
          <tr class="quiet">
            <th />
            <th>least</th>
            <th>mean</th>
            <th>greatest</th>
          </tr>
        </thead>
      )}
      <tbody>
        {Object.entries(found.statistics)
          .filter(([name]) => name !== "not_finite")
          .map(([name, { least, mean, greatest }]) => (
            <tr key={name}>
              <th>{titleOf(name, kind)}</th>
              {(isOne ? [greatest] : [least, mean, greatest]).map((value, i) => (
                <td key={i}>{formatStatistic(name, numberOf(value))}</td>
              ))}
            </tr>
          ))}
        {(
          [
            ["NaN", nan],
            ["+Inf", pos_inf],
            ["−Inf", neg_inf],
            ["zeros", zeros],
          ] as const
        )
          .filter(([, count]) => count > 0)
          .map(([word, count]) => (
            <tr key={word} class={word === "zeros" ? "" : "is-special"}>
              <th>{word}</th>
              <td colSpan={isOne ? 1 : 3}>{formatCount(count)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
