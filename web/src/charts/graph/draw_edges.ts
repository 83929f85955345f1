/** The lines of one frame: as wide as their tensors are large, dashed for mere dependencies, with arrows at their ends. */

import type { ModelPart } from "../../api/model";
import { TEXT_HEIGHT } from "../text_width";
import { TEXT_FONT } from "./box_text";
import type { GraphPen, GraphStyle, Sight } from "./draw_graph";
import { WAY } from "./graph";
import { SPACE } from "./layout";
import { type Frame, rectOf } from "./scene";

/** Below this scale lines are straight, and labels are left out. */
const CURVES_FROM = 0.45;
const LABELS_FROM = 0.55;
const ARROW = 5;
/** Lines of tensors up to a kB have one pixel, from 100 MB on they have four. */
const THIN = 1e3;
const DECADES = 5;
const WIDEST = 4;
const DIMMED = 0.2;

/** In pixels of the scene. */
export function widthOf({ edges, tensors }: ModelPart, edge: number): number {
  const bytes = tensors[edges.tensor[edge]]?.bytes ?? -1;
  if (bytes <= THIN) return 1;
  return 1 + Math.min(1, Math.log10(bytes / THIN) / DECADES) * (WIDEST - 1);
}

export function drawEdges(pen: GraphPen, frame: Frame, sight: Sight, style: GraphStyle): void {
  const { part } = frame;
  const { edges } = part;
  const isNear = sight.scale >= CURVES_FROM;
  const [top, bottom] = [sight.y - frame.top, sight.y + sight.height - frame.top];
  const [left, right] = [sight.x - frame.left, sight.x + sight.width - frame.left];
  const inSight = frame.edgeStrips.touching(top, bottom).filter((edge) => isAcross(frame, edge, left, right));
  // Lines alike are one path: each stroke has its price.
  const byLook = new Map<string, number[]>();
  for (const edge of inSight) {
    const isControl = edges.controls[edge] === edges.edges[edge];
    const isLit = isLitEdge(frame, edge, style.lit);
    const look = `${isControl} ${isLit} ${Math.round(2 * widthOf(part, edge))}`;
    const alike = byLook.get(look);
    if (alike === undefined) byLook.set(look, [edge]);
    else alike.push(edge);
  }
  for (const alike of byLook.values()) {
    const [first] = alike;
    const isControl = edges.controls[first] === edges.edges[first];
    pen.globalAlpha = isLitEdge(frame, first, style.lit) ? 1 : DIMMED;
    pen.strokeStyle = pen.fillStyle = style.colours.edge;
    pen.lineWidth = Math.max(widthOf(part, first), 0.6 / sight.scale);
    pen.setLineDash(isControl ? [4, 3] : []);
    pen.beginPath();
    for (const edge of alike) traceEdge(pen, frame, edge, isNear);
    pen.stroke();
    pen.setLineDash([]);
    if (!isNear) continue;
    pen.beginPath();
    for (const edge of alike) traceArrow(pen, frame, edge);
    pen.fill();
  }
  pen.globalAlpha = 1;
  drawPorts(pen, frame, sight, style);
  if (sight.scale >= LABELS_FROM) drawLabels(pen, frame, sight, style);
}

function isAcross({ layout: { starts, points } }: Frame, edge: number, left: number, right: number): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = starts[edge]; i < starts[edge + 1]; i++) {
    least = Math.min(least, points[2 * i]);
    most = Math.max(most, points[2 * i]);
  }
  return least <= right && most >= left;
}

function isLitEdge({ part }: Frame, edge: number, lit: ReadonlySet<string> | null): boolean {
  if (lit === null) return true;
  const { group, node } = part.boxes;
  const isLit = (box: number): boolean =>
    box < 0 || lit.has(group[box] >= 0 ? `g${group[box]}` : `n${node[box]}`);
  return isLit(part.edges.start[edge]) && isLit(part.edges.end[edge]);
}

/** Add an edge's line to the path. */
export function traceEdge(
  pen: GraphPen,
  { layout, left, top }: Frame,
  edge: number,
  isCurved: boolean,
): void {
  const { starts, points } = layout;
  const [first, last] = [starts[edge], starts[edge + 1] - 1];
  const at = (i: number): [number, number] => [left + points[2 * i], top + points[2 * i + 1]];
  pen.moveTo(...at(first));
  for (let i = first; i < last; i++) {
    const [x0, y0] = at(i);
    const [x1, y1] = at(i + 1);
    const isVertical = (i - first) % 2 === 0;
    if (isVertical || !isCurved || (x0 === x1 && y0 !== y1)) {
      pen.lineTo(x1, y1);
      continue;
    }
    const isTurn = y0 === y1;
    const turn = isTurn ? (i === first + 1 ? SPACE.rows : -SPACE.rows) : 0;
    const middle = (y0 + y1) / 2;
    pen.bezierCurveTo(x0, isTurn ? y0 + turn : middle, x1, isTurn ? y1 + turn : middle, x1, y1);
  }
}

/** Add the arrow at an edge's end to the path; a line that leaves the frame goes on, and has none. */
export function traceArrow(pen: GraphPen, { layout, part, left, top }: Frame, edge: number): void {
  if (part.edges.end[edge] < 0) return;
  const { starts, points } = layout;
  const last = 2 * starts[edge + 1] - 2;
  const [x, y] = [left + points[last], top + points[last + 1]];
  const half = ARROW / 2 + widthOf(part, edge) / 2;
  pen.moveTo(x, y);
  pen.lineTo(x - half, y - ARROW - 1);
  pen.lineTo(x + half, y - ARROW - 1);
  pen.closePath();
}

/** Lines through the border, and a mark on it. */
function drawPorts(pen: GraphPen, { layout, left, top }: Frame, sight: Sight, { colours }: GraphStyle): void {
  if (layout.ports.length === 0) return;
  pen.strokeStyle = pen.fillStyle = colours.edge;
  pen.lineWidth = Math.max(1.5, 0.6 / sight.scale);
  pen.beginPath();
  for (const port of layout.ports) {
    pen.moveTo(left + port.x, top + port.y);
    pen.lineTo(left + port.x, top + (port.isOut ? layout.height : 0));
  }
  pen.stroke();
  if (sight.scale < CURVES_FROM) return;
  for (const port of layout.ports) {
    pen.beginPath();
    pen.arc(left + port.x, top + (port.isOut ? layout.height : 0), 3, 0, 2 * Math.PI);
    pen.fill();
  }
}

function drawLabels(pen: GraphPen, frame: Frame, sight: Sight, { colours, lit }: GraphStyle): void {
  const ground = frame.parent === null ? colours.ground : colours.frames[(frame.depth - 1) % 2];
  pen.font = TEXT_FONT;
  pen.textAlign = "left";
  for (const labels of [frame.labels, frame.portals]) {
    for (const { text, x, y, width } of labels) {
      const [left, base] = [frame.left + x, frame.top + y];
      if (left > sight.x + sight.width || left + width < sight.x) continue;
      if (base < sight.y || base - TEXT_HEIGHT > sight.y + sight.height) continue;
      // A line behind the words is still seen.
      pen.globalAlpha = 0.75;
      pen.fillStyle = ground;
      pen.beginPath();
      pen.roundRect(left - 2, base - TEXT_HEIGHT + 1, width + 4, TEXT_HEIGHT + 2, 2);
      pen.fill();
      pen.globalAlpha = lit === null ? 1 : 0.6;
      pen.fillStyle = labels === frame.portals ? colours.accent : colours.quiet;
      pen.fillText(text, left, base);
    }
  }
  pen.globalAlpha = 1;
}

/** Straight lines from a box to those that it has edges with that have no line, as they stand aside. */
export function traceAsides(pen: GraphPen, frame: Frame, box: number): void {
  const { edges } = frame.part;
  frame.layout.way.forEach((way, edge) => {
    const [start, end] = [edges.start[edge], edges.end[edge]];
    if ((way !== WAY.aside && way !== WAY.portal) || start < 0 || end < 0) return;
    if (start !== box && end !== box) return;
    const [one, other] = [rectOf(frame, start), rectOf(frame, end)];
    pen.moveTo(one.x + one.width / 2, one.y + one.height);
    pen.lineTo(other.x + other.width / 2, other.y);
  });
}
