/** The tree of modules beside the map: a name for each line or, where lines are too thin for it, for each open group. */

import { plural } from "../../kit/format";
import { lineHeight, NAMED_FROM, plotLeft, scrollTop, sight } from "./geometry";
import { changeLayers, layersFields } from "./layers_link";
import { lines, turn } from "./layers_state";
import type { RowLine } from "./row_tree";
import { hovered } from "./tooltip";

const INDENT = 11;
/** Names of groups beside thin lines are so far apart at least. */
const BAND = 13;

export function RowNames() {
  const size = lineHeight.value;
  const [from, to] = sight.value;
  const shown =
    size >= NAMED_FROM ? lines.value.slice(from, to + 1).map((line, i) => ({ line, i: from + i })) : bands();
  return (
    <div class="layers-names" data-testid="layers-names" style={{ width: `${plotLeft.value}px` }}>
      {shown.map(({ line, i }) => (
        <Name
          key={line.key}
          line={line}
          top={i * size - scrollTop.value}
          height={Math.max(size, NAMED_FROM + 2)}
        />
      ))}
    </div>
  );
}

/** Of thin lines the groups that are in sight, as far as their names do not touch; the one at the top stays there. */
function bands(): { line: RowLine; i: number }[] {
  const size = lineHeight.value;
  const [from, to] = sight.value;
  const all = lines.value;
  const found: { line: RowLine; i: number }[] = [];
  let end = Number.NEGATIVE_INFINITY;
  // The group that the first line in sight is in.
  for (let i = from; i >= 0 && found.length === 0; i--)
    if (all[i]?.isOpen && i < from) {
      found.push({ line: all[i], i: scrollTop.value / size });
      end = scrollTop.value + BAND;
    }
  for (let i = from; i <= to && i < all.length; i++) {
    const line = all[i];
    const isNamed = line.isOpen || line.canOpen || line.depth === 0;
    if (!isNamed || i * size < end) continue;
    found.push({ line, i });
    end = i * size + BAND;
  }
  return found;
}

function Name({ line, top, height }: { line: RowLine; top: number; height: number }) {
  const { key, name, type, depth, canOpen, isOpen, all } = line;
  const isSelected = layersFields.row === key;
  const words = [
    key,
    type,
    all.length > 1 ? plural(all.length, "row") : "",
    canOpen ? (isOpen ? "Click to close" : "Click to open") : "Click to select",
  ];
  return (
    <button
      type="button"
      tabIndex={-1}
      class={["layers-name", isOpen && "is-open", isSelected && "is-selected"].filter(Boolean).join(" ")}
      data-testid="layers-name"
      data-key={key}
      aria-expanded={canOpen ? isOpen : undefined}
      title={words.filter((word) => word !== "").join("\n")}
      style={{ top: `${top}px`, height: `${height}px`, paddingLeft: `${6 + depth * INDENT}px` }}
      onClick={() => (canOpen ? turn(key) : changeLayers({ row: isSelected ? null : key }))}
      onPointerEnter={() => {
        hovered.value = null;
      }}
    >
      {canOpen ? <span class={isOpen ? "triangle is-open" : "triangle"} aria-hidden="true" /> : <i />}
      <span class="layers-name-text">{name}</span>
      {type !== "" && <span class="quiet">{type}</span>}
    </button>
  );
}
