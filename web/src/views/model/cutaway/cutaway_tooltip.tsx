/** What is under the pointer in the cutaway: its costs, and their shares of the whole. */

import type { ReadonlySignal } from "@preact/signals";
import { PointerTooltip } from "../../../kit/pointer_tooltip";
import { outline } from "../model_state";
import { formatOverlay } from "../overlay/overlay";
import { overlay, textOf } from "../overlay/overlay_state";
import { nameOf, valueText } from "./cutaway_state";
import type { CutawayTree } from "./cutaway_tree";
import { percent } from "./labels";
import { overlayBox, shareOfAll } from "./scene";

export interface Pointed {
  item: number;
  clientX: number;
  clientY: number;
}

interface TooltipProps {
  of: CutawayTree;
  pointed: ReadonlySignal<Pointed | null>;
}

export function CutawayTooltip({ of, pointed }: TooltipProps) {
  // Of another picture than the one that was pointed at, while that changes.
  if (pointed.value === null || pointed.value.item >= of.weight.length) return null;
  const { item, clientX, clientY } = pointed.value;
  const { name, type, key } = nameOf(of, item);
  return (
    <PointerTooltip name="cutaway-tooltip" clientX={clientX} clientY={clientY}>
      <p>
        <b>{of.isRest[item] ? `rest of ${nameOf(of, of.group[item]).name}` : key || name}</b>{" "}
        <span class="quiet">{type}</span>
      </p>
      {of.isRest[item] ? <Rest of={of} item={item} /> : <Costs of={of} item={item} />}
    </PointerTooltip>
  );
}

function Rest({ of, item }: { of: CutawayTree; item: number }) {
  return (
    <p>
      {valueText(of.weight[item])}, {percent(shareOfAll(of, item))} of all: what is in the group and in none
      of the boxes beside this one.
    </p>
  );
}

function Costs({ of, item }: { of: CutawayTree; item: number }) {
  const shown = outline.value;
  if (shown === null) return null;
  const box = overlayBox(of, item);
  const recorded = overlay.value?.unit === "value" ? overlay.value : null;
  const repeats = repeatsOf(of, item);
  return (
    <table>
      <tbody>
        {recorded !== null && (
          <tr>
            <td class="quiet">{recorded.title}</td>
            <td>{textOf(box) || "nothing recorded"}</td>
          </tr>
        )}
        {shown.costs.map(({ name, title, unit, adds }) => {
          const value = box.costs[name] ?? null;
          const whole = shown.groups.costs[name]?.[0] ?? null;
          const hasShare = adds && value !== null && whole !== null && whole > 0;
          return (
            <tr key={name}>
              <td class="quiet">{title}</td>
              <td>{value === null ? "not known" : formatOverlay(value, unit)}</td>
              <td class="quiet">{hasShare && percent(value / whole)}</td>
            </tr>
          );
        })}
        {repeats > 1 && (
          <tr>
            <td class="quiet">Alike</td>
            <td>{repeats} beside each other</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

/** How many beside it are the same inside, itself among them. */
function repeatsOf(of: CutawayTree, item: number): number {
  const { alike } = outline.value?.groups ?? {};
  const kind = of.node[item] < 0 ? (alike?.[of.group[item]] ?? -1) : -1;
  if (kind < 0 || of.parent[item] < 0) return 1;
  return of.children[of.parent[item]].filter(
    (each) => of.node[each] < 0 && !of.isRest[each] && alike?.[each] === kind,
  ).length;
}
