/**
 * Layouts of groups within groups: an opened group is a box as large as its title and its inside, which is drawn in it.
 * Edges from outside come in at its upper border and leave at its lower one, at ports: one for each kind of tensor, so
 * that a line can be followed through the border.
 */

import type { Layout } from "./graph";
import { WAY } from "./graph";
import { layOut } from "./layout";

/** Pixels of an opened group: its title, the room beside and below its inside, and before and within its column of asides. */
export const FRAME = { title: 24, side: 14, below: 12, beside: 36, aside: 10 } as const;
/** Pixels from a line to what is written beside it. */
export const BESIDE_LINE = 4;
/** Instead of a box: the edge comes from outside the group, or goes there. */
export const OUTSIDE = -1;
const PORT_WIDTH = 8;
/** Lines meet boxes at least so far from their corners. */
const CORNER = 8;
const PORT_BELOW = 8;
/** With more kinds of tensors than these, all go through one port. */
const MOST_PORTS = 8;
/** A column of asides is at least so high before the next one begins. */
const LEAST_COLUMN = 400;

export interface NestedGroup {
  /** Groups with the same id have the same columns. */
  id: string;
  /** The sizes of the boxes where they are closed. */
  width: Float64Array;
  height: Float64Array;
  /** Per box the place of the group that is open in it, always a later one; -1 for a closed box. */
  inside: Int32Array;
  from: Int32Array;
  to: Int32Array;
  /** What an edge carries, as a number that is the same in all groups; -1 where nobody knows. */
  kind: Int32Array;
  /** How wide the words beside an edge are; 0 for none. */
  words: Float64Array;
  /** 1 for a box that stands in the column at the side, and for an edge that has no line. */
  isAside: Uint8Array;
  isHidden: Uint8Array;
  /** How wide the box has to be for its title. */
  titleWidth: number;
}

export interface Port {
  /** From the left of the group's box. */
  x: number;
  /** Where the lines inside meet it; it goes straight on to the border. */
  y: number;
  isOut: boolean;
  /** -1 for any. */
  kind: number;
}

/** Places in the group's box, from its top left corner. */
export interface NestedLayout extends Layout {
  /** The sizes of the boxes as they are drawn, those of opened groups among them. */
  boxWidth: Float64Array;
  boxHeight: Float64Array;
  ports: Port[];
}

interface Known {
  inside: (NestedLayout | null)[];
  layout: NestedLayout;
}

/** Lays groups out, and keeps what it laid out: only what was opened or closed, and the groups around it, is laid out anew. */
export class NestedLayouts {
  #known = new Map<string, Known>();

  /** The first group is the whole. */
  of(groups: readonly NestedGroup[]): NestedLayout[] {
    const layouts: NestedLayout[] = new Array(groups.length);
    const known = new Map<string, Known>();
    for (let place = groups.length - 1; place >= 0; place--) {
      const group = groups[place];
      const inside = Array.from(group.inside, (each) => (each < 0 ? null : layouts[each]));
      const old = this.#known.get(group.id);
      const isSame = old?.inside.every((each, box) => each === inside[box]) === true;
      const layout = isSame && old !== undefined ? old.layout : layOutGroup(group, inside);
      known.set(group.id, { inside, layout });
      layouts[place] = layout;
    }
    // What was closed may be opened again soon.
    for (const [id, each] of this.#known) if (!known.has(id) && known.size < 2000) known.set(id, each);
    this.#known = known;
    return layouts;
  }
}

function layOutGroup(group: NestedGroup, inside: readonly (NestedLayout | null)[]): NestedLayout {
  const count = group.width.length;
  const boxWidth = group.width.map((width, box) => inside[box]?.width ?? width);
  const boxHeight = group.height.map((height, box) => inside[box]?.height ?? height);
  const main = [...boxWidth.keys()].filter((box) => group.isAside[box] === 0);
  const ports = portsOf(group);
  const placeOf = new Int32Array(count).fill(-1);
  main.forEach((box, place) => {
    placeOf[box] = place;
  });
  const all = main.length + ports.length;
  const width = new Float64Array(all);
  const height = new Float64Array(all);
  const pin = new Int8Array(all);
  main.forEach((box, place) => {
    width[place] = boxWidth[box];
    height[place] = boxHeight[box];
  });
  ports.forEach(({ isOut }, i) => {
    const place = main.length + i;
    width[place] = PORT_WIDTH;
    height[place] = isOut ? PORT_BELOW : FRAME.title;
    pin[place] = isOut ? 1 : -1;
  });
  const drawn: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const fromX: number[] = [];
  const toX: number[] = [];
  for (let edge = 0; edge < group.from.length; edge++) {
    const [start, end] = [group.from[edge], group.to[edge]];
    const isAside = (box: number): boolean => box !== OUTSIDE && group.isAside[box] === 1;
    if (group.isHidden[edge] === 1 || isAside(start) || isAside(end)) continue;
    drawn.push(edge);
    const kind = group.kind[edge];
    from.push(start === OUTSIDE ? main.length + portAt(ports, false, kind) : placeOf[start]);
    to.push(end === OUTSIDE ? main.length + portAt(ports, true, kind) : placeOf[end]);
    fromX.push(start === OUTSIDE ? Number.NaN : portX(inside[start], true, kind));
    toX.push(end === OUTSIDE ? Number.NaN : portX(inside[end], false, kind));
  }
  const found = layOut(
    { width, height, pin },
    {
      ...{ from: Int32Array.from(from), to: Int32Array.from(to) },
      ...{ fromX: Float64Array.from(fromX), toX: Float64Array.from(toX) },
    },
  );
  const hasIn = pin.includes(-1);
  const straight = straightened({ width, from, to, fromX, toX }, found);
  const asides = placeAsides(group, boxWidth, boxHeight, found.height);
  const { before, width: inner } = roomWithWords(group, drawn, ports, straight);
  const content = inner + (asides.width > 0 ? (inner > 0 ? FRAME.beside : 0) + asides.width : 0);
  const whole = Math.max(content + 2 * FRAME.side, group.titleWidth);
  const firstLeft = FRAME.side + (whole - 2 * FRAME.side - content) / 2;
  const left = firstLeft + before;
  const top = hasIn ? 0 : FRAME.title + FRAME.below;
  const bottom = pin.includes(1) ? 0 : FRAME.below;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  main.forEach((box, place) => {
    x[box] = left + found.x[place];
    y[box] = top + found.y[place];
  });
  const asideLeft = firstLeft + (inner > 0 ? inner + FRAME.beside : 0);
  const asideTop = FRAME.title + FRAME.below;
  for (const [box, at] of asides.places) {
    x[box] = asideLeft + at.x;
    y[box] = asideTop + at.y;
  }
  return {
    ...{ x, y, boxWidth, boxHeight, width: whole },
    height: Math.max(top + found.height + bottom, asideTop + asides.height + FRAME.below),
    ...linesOf(group.from.length, drawn, straight, left, top),
    ports: ports.map((port, i) => {
      const place = main.length + i;
      const at = top + found.y[place] + (port.isOut ? 0 : FRAME.title);
      return { ...port, x: left + found.x[place] + PORT_WIDTH / 2, y: at };
    }),
  };
}

interface Ends {
  width: Float64Array;
  from: readonly number[];
  to: readonly number[];
  fromX: readonly number[];
  toX: readonly number[];
}

/** A line that is alone at its side of a box may meet it anywhere: where it is straight. */
function straightened({ width, from, to, fromX, toX }: Ends, found: Layout): Layout {
  const { starts, way, x } = found;
  const points = found.points.slice();
  const leaving = new Int32Array(width.length);
  const coming = new Int32Array(width.length);
  from.forEach((box, edge) => {
    if (way[edge] === WAY.portal) return;
    leaving[box]++;
    coming[to[edge]]++;
  });
  /** Where it may be for a line that goes to `wanted`; null where it has to stay. */
  const meet = (box: number, wanted: number): number | null => {
    const room = width[box] / 2 - CORNER;
    const middle = x[box] + width[box] / 2;
    return Math.abs(wanted - middle) <= room ? wanted : null;
  };
  for (let edge = 0; edge < from.length; edge++) {
    const [first, last] = [2 * starts[edge], 2 * starts[edge + 1] - 2];
    if (way[edge] !== WAY.through) continue;
    if (coming[to[edge]] === 1 && Number.isNaN(toX[edge])) {
      const at = meet(to[edge], points[last - 4]);
      if (at !== null) points[last] = points[last - 2] = at;
    }
    if (leaving[from[edge]] === 1 && Number.isNaN(fromX[edge])) {
      const at = meet(from[edge], points[first + 4]);
      if (at !== null) points[first] = points[first + 2] = at;
    }
  }
  return { ...found, points };
}

/**
 * The room at the left of what is laid out for the words there, and the width with this and all words. Words stand at
 * the right of a line, but where another one leaves the box there.
 */
function roomWithWords(
  group: NestedGroup,
  drawn: readonly number[],
  ports: readonly PortKind[],
  { width, starts, points }: Layout,
): { before: number; width: number } {
  // What goes through the only port is written outside.
  const isAlone = (box: number, isOut: boolean): boolean =>
    box === OUTSIDE && ports.filter((port) => port.isOut === isOut).length === 1;
  const last = new Float64Array(group.width.length);
  drawn.forEach((edge, i) => {
    const start = group.from[edge];
    if (starts[i + 1] > starts[i] && start !== OUTSIDE)
      last[start] = Math.max(last[start], points[2 * starts[i] + 2]);
  });
  let [first, end] = [0, width];
  drawn.forEach((edge, i) => {
    const [start, words] = [group.from[edge], group.words[edge]];
    if (starts[i + 1] === starts[i] || words === 0) return;
    if (isAlone(start, false) || isAlone(group.to[edge], true)) return;
    const at = points[2 * starts[i] + 2];
    if (start !== OUTSIDE && at < last[start]) first = Math.min(first, at - BESIDE_LINE - words);
    else end = Math.max(end, at + BESIDE_LINE + words);
  });
  return { before: -first, width: end - first };
}

/** The lines of all edges of the group, from those that were laid out. */
function linesOf(
  count: number,
  drawn: readonly number[],
  found: Layout,
  left: number,
  top: number,
): Pick<Layout, "way" | "starts" | "points"> {
  const way = new Uint8Array(count).fill(WAY.aside);
  const starts = new Int32Array(count + 1);
  drawn.forEach((edge, i) => {
    way[edge] = found.way[i];
    starts[edge + 1] = found.starts[i + 1] - found.starts[i];
  });
  for (let edge = 0; edge < count; edge++) starts[edge + 1] += starts[edge];
  // Edges keep their order, so their points do too.
  const points = found.points.map((at, i) => at + (i % 2 === 0 ? left : top));
  return { way, starts, points };
}

type PortKind = Pick<Port, "isOut" | "kind">;

function portsOf(group: NestedGroup): PortKind[] {
  const found: PortKind[] = [];
  for (const isOut of [false, true]) {
    const kinds = new Set<number>();
    for (let edge = 0; edge < group.from.length; edge++) {
      const [here, there] = isOut ? [group.to, group.from] : [group.from, group.to];
      if (here[edge] !== OUTSIDE || group.isHidden[edge] === 1 || group.isAside[there[edge]] === 1) continue;
      kinds.add(group.kind[edge]);
    }
    const shown = kinds.size > MOST_PORTS ? [-1] : kinds;
    for (const kind of shown) found.push({ isOut, kind });
  }
  return found;
}

/** The place of the port for a kind; the only one there is takes all kinds. */
function portAt(ports: readonly PortKind[], isOut: boolean, kind: number): number {
  const exact = ports.findIndex((port) => port.isOut === isOut && port.kind === kind);
  return exact >= 0 ? exact : ports.findIndex((port) => port.isOut === isOut);
}

/** Where an edge meets an opened group, from the middle of its box; NaN where it is closed, or no port is for the edge. */
function portX(layout: NestedLayout | null, isOut: boolean, kind: number): number {
  if (layout === null) return Number.NaN;
  const side = layout.ports.filter((port) => port.isOut === isOut);
  const port = side.length === 1 ? side[0] : side.find((each) => each.kind === kind);
  return port === undefined ? Number.NaN : port.x - layout.width / 2;
}

interface Asides {
  width: number;
  height: number;
  places: Map<number, { x: number; y: number }>;
}

/** Columns of the boxes that stand aside, about as high as the rest. */
function placeAsides(
  group: NestedGroup,
  boxWidth: Float64Array,
  boxHeight: Float64Array,
  height: number,
): Asides {
  const places = new Map<number, { x: number; y: number }>();
  const limit = Math.max(height - FRAME.title, LEAST_COLUMN);
  let [left, top, column, bottom] = [0, 0, 0, 0];
  for (let box = 0; box < boxWidth.length; box++) {
    if (group.isAside[box] === 0) continue;
    if (top > 0 && top + boxHeight[box] > limit) {
      left += column + FRAME.aside;
      top = 0;
      column = 0;
    }
    places.set(box, { x: left, y: top });
    column = Math.max(column, boxWidth[box]);
    bottom = Math.max(bottom, top + boxHeight[box]);
    top += boxHeight[box] + FRAME.aside;
  }
  return { width: left + column, height: bottom, places };
}
