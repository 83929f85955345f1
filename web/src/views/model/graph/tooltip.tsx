/** What is under the pointer: name, class, the shapes that go in and out, and costs. */

import type { Signal } from "@preact/signals";
import type { ModelPart } from "../../../api/model";
import { tensorText } from "../../../charts/graph/box_text";
import type { BoxPlace } from "../../../charts/graph/scene";
import { plural, withSeparators } from "../../../kit/format";
import { outline } from "../model_state";
import { formatOverlay } from "../overlay/overlay";
import type { GraphController } from "./graph_controller";

interface Props {
  controller: GraphController;
  pointed: Signal<{ place: BoxPlace; x: number; y: number } | null>;
}

/** Tensors of a side. */
const MOST_SHAPES = 3;
const WIDTH = 280;

export function BoxTooltip({ controller, pointed }: Props) {
  const at = pointed.value;
  if (at === null || outline.value === null) return null;
  const { frame, box } = at.place;
  const { boxes } = frame.part;
  const { width, height } = controller.room.value;
  const rows = [
    ["in", shapesOf(frame.part, box, "end")],
    ["out", shapesOf(frame.part, box, "start")],
    ...outline.value.costs.map(({ name, title, unit }): [string, string] => {
      const value = boxes.costs[name]?.[box] ?? null;
      return [title, value === null || value === 0 ? "" : formatOverlay(value, unit)];
    }),
  ].filter(([, text]) => text !== "");
  const isBelow = at.y < height - 180;
  return (
    <div
      class="floating-box graph-tooltip"
      data-testid="graph-tooltip"
      role="tooltip"
      style={{
        left: `${Math.max(0, Math.min(at.x + 14, width - WIDTH))}px`,
        ...(isBelow ? { top: `${at.y + 16}px` } : { bottom: `${height - at.y + 12}px` }),
        maxWidth: `${WIDTH}px`,
      }}
    >
      <strong>{boxes.key[box] || boxes.name[box]}</strong>
      <span class="quiet">
        {[
          boxes.type[box],
          boxes.repeats[box] > 1 ? `× ${boxes.repeats[box]}` : "",
          boxes.group[box] >= 0 ? plural(boxes.nodes[box], "node") : "",
          boxes.tucked[box] > 0
            ? `reads ${withSeparators(String(boxes.tucked[box]))} weights or constants`
            : "",
        ]
          .filter((each) => each !== "")
          .join(" · ")}
      </span>
      <dl>
        {rows.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {boxes.failed.includes(box) && <span class="warning-text">It failed here.</span>}
      {boxes.group[box] >= 0 && !frame.inside.has(box) && (
        <span class="quiet">{waysInto(boxes.repeats[box])}</span>
      )}
    </div>
  );
}

function waysInto(repeats: number): string {
  return repeats > 1
    ? `A double click opens the first, the menu of a right click shows all ${repeats} one by one.`
    : "A double click opens it.";
}

/** The kinds of tensors at one side of a box. */
function shapesOf({ edges, tensors }: ModelPart, box: number, side: "start" | "end"): string {
  const shapes = new Set<string>();
  edges[side].forEach((at, edge) => {
    const tensor = tensors[edges.tensor[edge]];
    if (at === box && tensor !== undefined && edges.tucked[edge] === 0) shapes.add(tensorText(tensor));
  });
  shapes.delete("");
  const all = [...shapes];
  const more = all.length > MOST_SHAPES ? ` and ${all.length - MOST_SHAPES} more` : "";
  return all.slice(0, MOST_SHAPES).join(", ") + more;
}
