/** What is written beside lines: the shapes of tensors, and at the ends of a portal where it leads. */

import type { ModelPart } from "../../api/model";
import { cutText, textWidth } from "../text_width";
import { tensorText } from "./box_text";
import { WAY } from "./graph";
import type { NestedLayout } from "./nested";

/** Places are from the frame's top left corner; y is the base line. */
export interface EdgeLabel {
  text: string;
  x: number;
  y: number;
  width: number;
}

export interface PortalLabel extends EdgeLabel {
  /** The box that it is at, and the first one that it leads to. */
  at: number;
  to: number;
}

/** Pixels from a line to what is written beside it, and from the end of a row to the base lines that are tried. */
const BESIDE = 4;
const LINES = [12, 24] as const;
const GAP = 6;
const WIDEST_PORTAL = 180;
/** Boxes that a portal names. */
const MOST_NAMED = 2;

/** By the base line, what is taken of it. */
type Taken = Map<number, [number, number][]>;

export function labelsOf(
  { edges, tensors }: Pick<ModelPart, "edges" | "tensors">,
  layout: NestedLayout,
  portals: readonly PortalLabel[],
): EdgeLabel[] {
  const { starts, points, way } = layout;
  const labels: EdgeLabel[] = [];
  const taken: Taken = new Map();
  const written = new Set<string>();
  for (const label of portals) take(taken, label);
  for (let edge = 0; edge < way.length; edge++) {
    const tensor = tensors[edges.tensor[edge]];
    if (starts[edge + 1] - starts[edge] < 2 || tensor === undefined) continue;
    // What goes through the only port is written outside.
    if (isAlone(layout, edges.start[edge], false) || isAlone(layout, edges.end[edge], true)) continue;
    const shape = tensorText(tensor);
    if (shape === "") continue;
    const data = edges.edges[edge] - edges.controls[edge];
    const text = data > 1 ? `${shape} (${data})` : shape;
    const at = 2 * starts[edge] + 2;
    // Of one box, or one port, each text once.
    const key = `${edges.start[edge] < 0 ? points[at] : edges.start[edge]} ${edges.start[edge] < 0} ${text}`;
    if (written.has(key)) continue;
    const isRightwards = points[at + 2] > points[at] + BESIDE;
    const label = freePlace(taken, text, points[at], points[at + 1], isRightwards);
    if (label === null) continue;
    written.add(key);
    labels.push(label);
  }
  return labels;
}

function isAlone({ ports }: NestedLayout, box: number, isOut: boolean): boolean {
  return box < 0 && ports.filter((port) => port.isOut === isOut).length === 1;
}

/** At either side of the line, in two lines, at best where the line does not go; null where all is taken. */
function freePlace(
  taken: Taken,
  text: string,
  x: number,
  rowEnd: number,
  isRightwards: boolean,
): EdgeLabel | null {
  const width = textWidth(text);
  const sides = [x + BESIDE, x - BESIDE - width];
  if (isRightwards) sides.reverse();
  for (const line of LINES) {
    for (const left of sides) {
      const label = { text, x: left, y: rowEnd + line, width };
      if (left < 0 || !isFree(taken, label)) continue;
      take(taken, label);
      return label;
    }
  }
  return null;
}

function isFree(taken: Taken, { x, y, width }: EdgeLabel): boolean {
  const row = taken.get(Math.round(y)) ?? [];
  return row.every(([from, to]) => x > to + GAP || x + width < from - GAP);
}

function take(taken: Taken, { x, y, width }: EdgeLabel): void {
  const row = taken.get(Math.round(y)) ?? [];
  row.push([x, x + width]);
  taken.set(Math.round(y), row);
}

/** Each end of edges without a line: below the box that they come from, and above those that they lead to. */
export function portalsOf({ boxes, edges }: ModelPart, layout: NestedLayout): PortalLabel[] {
  const leaving = new Map<number, number[]>();
  const coming = new Map<number, number[]>();
  layout.way.forEach((way, edge) => {
    const [start, end] = [edges.start[edge], edges.end[edge]];
    if (way !== WAY.portal) return;
    // Of an edge over the border the other end is a port, which has no place for words.
    if (start >= 0) leaving.set(start, [...(leaving.get(start) ?? []), end]);
    if (end >= 0) coming.set(end, [...(coming.get(end) ?? []), start]);
  });
  const labels: PortalLabel[] = [];
  const add = (at: number, others: readonly number[], arrow: string, isAbove: boolean): void => {
    const names = others.slice(0, MOST_NAMED).map((box) => (box < 0 ? "outside" : boxes.name[box]));
    const more = others.length > MOST_NAMED ? ` + ${others.length - MOST_NAMED}` : "";
    const text = `${arrow} ${cutText(names.join(", "), WIDEST_PORTAL)}${more}`;
    const width = textWidth(text);
    const middle = layout.x[at] + layout.boxWidth[at] / 2;
    const y = isAbove ? layout.y[at] - 5 : layout.y[at] + layout.boxHeight[at] + LINES[0];
    labels.push({ text, x: Math.max(2, middle - BESIDE - width), y, width, at, to: others[0] });
  };
  for (const [box, others] of leaving) add(box, others, "→", false);
  for (const [box, others] of coming) add(box, others, "←", true);
  return labels;
}
