/** What is written beside lines: the shapes of tensors, and at the ends of a portal where it leads. */

import type { ModelPart } from "../../api/model";
import { cutText, textWidth } from "../text_width";
import { tensorText } from "./box_text";
import { WAY } from "./graph";
import { BASE_LINES, LineSpans } from "./line_spans";
import { BESIDE_LINE, type NestedLayout } from "./nested";

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

/** Pixels between two labels. */
const GAP = 6;
/** From the side of an opened group to what is written in it, and from a label to a line that is not its own. */
const SIDE = 4;
const CLEAR = 2;
const WIDEST_PORTAL = 180;
/** Boxes that a portal names. */
const MOST_NAMED = 2;

type Labelled = Pick<ModelPart, "boxes" | "edges" | "tensors">;

/** By the base line, what is taken of it. */
type Taken = Map<number, [number, number][]>;

/** What is written beside an edge: the shape, and how many tensors of it where these are several. */
export function edgeText({ edges, tensors }: Omit<Labelled, "boxes">, edge: number): string {
  const tensor = tensors[edges.tensor[edge]];
  const shape = tensor === undefined ? "" : tensorText(tensor);
  const data = edges.edges[edge] - edges.controls[edge];
  return shape !== "" && data > 1 ? `${shape} (×${data})` : shape;
}

/** The shapes that find a place, of one box or one port each text once. */
export function labelsOf(part: Labelled, layout: NestedLayout, portals: readonly PortalLabel[]): EdgeLabel[] {
  const { boxes, edges } = part;
  const { starts, points, way } = layout;
  const labels: EdgeLabel[] = [];
  const taken: Taken = new Map();
  const written = new Set<string>();
  for (const label of portals) take(taken, label);
  const spans = new LineSpans(layout);
  for (let edge = 0; edge < way.length; edge++) {
    if (starts[edge + 1] - starts[edge] < 2) continue;
    // What goes through the only port is written outside.
    if (isAlone(layout, edges.start[edge], false) || isAlone(layout, edges.end[edge], true)) continue;
    const text = edgeText(part, edge);
    if (text === "") continue;
    const at = 2 * starts[edge] + 2;
    const key = `${edges.start[edge] < 0 ? points[at] : edges.start[edge]} ${edges.start[edge] < 0} ${text}`;
    if (written.has(key)) continue;
    // Below a stack the first line is not free.
    const lines = boxes.repeats[edges.start[edge]] > 1 ? BASE_LINES.slice(1) : BASE_LINES;
    const label = freePlace(taken, spans, text, { x: points[at], y: points[at + 1] }, layout.width, lines);
    if (label === null) continue;
    written.add(key);
    labels.push(label);
  }
  return labels;
}

function isAlone({ ports }: NestedLayout, box: number, isOut: boolean): boolean {
  return box < 0 && ports.filter((port) => port.isOut === isOut).length === 1;
}

/**
 * At either side of the line, in two lines, at best where no line goes; null where other labels have taken all, or the
 * group's box ends.
 */
function freePlace(
  taken: Taken,
  spans: LineSpans,
  text: string,
  { x, y: rowEnd }: { x: number; y: number },
  whole: number,
  lines: readonly number[],
): EdgeLabel | null {
  const width = textWidth(text);
  const places = lines
    .flatMap((line) =>
      [x + BESIDE_LINE, x - BESIDE_LINE - width].map((left) => ({ text, x: left, y: rowEnd + line, width })),
    )
    .filter((label) => label.x >= SIDE && label.x + width <= whole - SIDE && isFree(taken, label));
  const label =
    places.find(({ x: left, y }) => spans.areFree(y, left - CLEAR, left + width + CLEAR)) ??
    places[0] ??
    null;
  if (label !== null) take(taken, label);
  return label;
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
    const y = isAbove ? layout.y[at] - 5 : layout.y[at] + layout.boxHeight[at] + BASE_LINES[0];
    labels.push({ text, x: Math.max(2, middle - BESIDE_LINE - width), y, width, at, to: others[0] });
  };
  for (const [box, others] of leaving) add(box, others, "→", false);
  for (const [box, others] of coming) add(box, others, "←", true);
  return labels;
}
