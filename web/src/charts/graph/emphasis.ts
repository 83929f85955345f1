/** What is drawn over a graph: the selected and the hovered box with their lines, and what a search found. */

import type { GraphColours } from "./colours";
import { traceArrow, traceAsides, traceEdge, widthOf } from "./draw_edges";
import { type GraphPen, isLegible, type Sight, touches } from "./draw_graph";
import { type BoxPlace, type Frame, placesOf, type Rect, rectOf, type Scene } from "./scene";

export interface Emphasis {
  selected: string | null;
  hovered: string | null;
  found: readonly string[];
  /** The one that was gone to. */
  current: string | null;
}

export function drawEmphasis(
  pen: GraphPen,
  scene: Scene,
  sight: Sight,
  colours: GraphColours,
  { selected, hovered, found, current }: Emphasis,
): void {
  const places = placesOf(scene);
  const unit = 1 / sight.scale;
  const outline = (rect: Rect, colour: string, width: number, by: number): void => {
    if (!touches(rect, sight)) return;
    const off = by * Math.max(1, unit);
    pen.strokeStyle = colour;
    pen.lineWidth = width * Math.max(1, unit);
    pen.beginPath();
    pen.roundRect(rect.x - off, rect.y - off, rect.width + 2 * off, rect.height + 2 * off, 4 + off);
    pen.stroke();
  };
  for (const key of found) {
    const place = places.get(key);
    if (place !== undefined)
      outline(rectOf(place.frame, place.box), colours.found, key === current ? 3 : 1.5, 3);
  }
  const chosen = new Set([selected, hovered]);
  for (const key of chosen) {
    const place = key === null ? undefined : places.get(key);
    if (place === undefined) continue;
    drawLines(pen, place, sight, colours);
    outline(rectOf(place.frame, place.box), colours.accent, key === selected ? 2 : 1.5, 1);
  }
}

/** All lines of a box, in its frame; and of an opened one those inside that go on from them. */
function drawLines(pen: GraphPen, { frame, box }: BoxPlace, sight: Sight, colours: GraphColours): void {
  const isCurved = isLegible(sight.scale);
  pen.strokeStyle = pen.fillStyle = colours.accent;
  const own = (of: Frame, isOwn: (edge: number) => boolean): void => {
    const { starts } = of.layout;
    for (let edge = 0; edge < starts.length - 1; edge++) {
      if (!isOwn(edge) || starts[edge + 1] === starts[edge]) continue;
      pen.lineWidth = Math.max(widthOf(of.part, edge) + 0.5, 1.5 / sight.scale);
      pen.beginPath();
      traceEdge(pen, of, edge, isCurved);
      pen.stroke();
      pen.beginPath();
      traceArrow(pen, of, edge);
      pen.fill();
    }
  };
  const { start, end } = frame.part.edges;
  own(frame, (edge) => start[edge] === box || end[edge] === box);
  pen.setLineDash([3, 3]);
  pen.lineWidth = Math.max(1, 1 / sight.scale);
  pen.beginPath();
  traceAsides(pen, frame, box);
  pen.stroke();
  pen.setLineDash([]);
}
