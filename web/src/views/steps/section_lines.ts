/**
 * Where the cards of sections stand, as the page's grid puts them: in lines, from which it is known which cards are in
 * sight and how high the others are. Pure arithmetic: all lengths are CSS pixels.
 */

import type { CardPlace } from "../cards/card_place";
import { isFolded, type SectionRow, type TagSection } from "./section_rows";

/** What the page's styles give. */
export interface Measures {
  /** Cards in a line. */
  columns: number;
  /** Between cards. */
  gap: number;
  heading: number;
  card: number;
  /** A row of the full width. */
  strip: number;
  /** The large card, as high as it was last. */
  large: number;
}

export interface Cell<Item> {
  section: TagSection<Item>;
  place: CardPlace;
  /** Whether it is the first one of its section, which has the heading above it where sections flow. */
  isFirst: boolean;
}

/** Cards side by side. `top` is from that of the layout. */
export interface Line<Item> {
  cells: Cell<Item>[];
  top: number;
  height: number;
}

/** A row of sections with its lines; without any where it is folded. */
export interface Block<Item> extends SectionRow<Item> {
  lines: Line<Item>[];
  top: number;
  height: number;
}

export interface Layout<Item> {
  blocks: Block<Item>[];
  height: number;
}

export function layOut<Item>(
  rows: readonly SectionRow<Item>[],
  place: (item: Item) => CardPlace,
  measures: Measures,
): Layout<Item> {
  const blocks: Block<Item>[] = [];
  let top = 0;
  for (const row of rows) {
    const start = row.isFlowing ? top : top + measures.heading;
    const cells = row.sections.filter((section) => !isFolded(section)).flatMap(cellsOf(place));
    const lines = linesOf(cells, row.isFlowing, start, measures);
    const last = lines.at(-1);
    const end = last === undefined ? start : last.top + last.height;
    blocks.push({ ...row, lines, top, height: end - top });
    top = end;
  }
  return { blocks, height: top };
}

function cellsOf<Item>(place: (item: Item) => CardPlace): (section: TagSection<Item>) => Cell<Item>[] {
  return (section) =>
    section.items.map((item, index) => ({ section, place: place(item), isFirst: index === 0 }));
}

function linesOf<Item>(
  cells: readonly Cell<Item>[],
  isFlowing: boolean,
  start: number,
  measures: Measures,
): Line<Item>[] {
  const { columns, gap, heading } = measures;
  const lines: Line<Item>[] = [];
  let line: Line<Item> | null = null;
  let isFull = true;
  for (const cell of cells) {
    const isWide = cell.place.isExpanded === true || cell.place.isRow === true;
    if (line === null || isFull || isWide) {
      const top: number = line === null ? start : line.top + line.height + gap;
      line = { cells: [], top, height: 0 };
      lines.push(line);
    }
    line.cells.push(cell);
    const height = heightOf(cell.place, measures) + (isFlowing && cell.isFirst ? heading : 0);
    line.height = Math.max(line.height, height);
    isFull = isWide || line.cells.length >= columns;
  }
  return lines;
}

function heightOf({ isExpanded, isRow }: CardPlace, { card, strip, large }: Measures): number {
  if (isExpanded) return Math.max(card, large);
  return isRow ? strip : card;
}

/** The part of a block that is in sight. */
export interface BlockInSight<Item> {
  block: Block<Item>;
  lines: Line<Item>[];
  /** The height of its lines above and below. */
  above: number;
  below: number;
}

export interface InSight<Item> {
  blocks: BlockInSight<Item>[];
  /** The height of the blocks above and below. */
  above: number;
  below: number;
}

/** What is between two heights of a layout. */
export function inSight<Item>(layout: Layout<Item>, from: number, to: number): InSight<Item> {
  const seen = layout.blocks.filter(({ top, height }) => top < to && top + height > from);
  const last = seen.at(-1);
  const above = seen[0]?.top ?? 0;
  return {
    blocks: seen.map((block) => partInSight(block, from, to)),
    above,
    below: layout.height - (last === undefined ? above : last.top + last.height),
  };
}

function partInSight<Item>(block: Block<Item>, from: number, to: number): BlockInSight<Item> {
  const lines = block.lines.filter(({ top, height }) => top < to && top + height > from);
  const first = block.lines[0]?.top ?? 0;
  const last = lines.at(-1);
  // With nothing in sight but its heading or a gap it is empty, and as high.
  if (last === undefined)
    return { block, lines, above: block.lines.length === 0 ? 0 : block.top + block.height - first, below: 0 };
  return {
    ...{ block, lines, above: lines[0].top - first },
    below: block.top + block.height - (last.top + last.height),
  };
}

/** The line of the first card with a key; null where there is none, as in a section that is folded. */
export function lineOf<Item>({ blocks }: Layout<Item>, key: string): Line<Item> | null {
  for (const { lines } of blocks) {
    const found = lines.find(({ cells }) => cells.some(({ place }) => place.key === key));
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * Where to scroll to when a layout takes the place of another one, so that the first card in sight that both have stays
 * where it is. At the very top the page stays there.
 */
export function keptTop<Item>(old: Layout<Item>, next: Layout<Item>, top: number, height: number): number {
  if (top <= 0) return top;
  const seen = inSight(old, top, top + height).blocks;
  const places = placesOf(next);
  for (const line of seen.flatMap(({ lines }) => lines)) {
    for (const { section, place } of line.cells) {
      const moved = places.get(section.key)?.lines.get(place.key);
      if (moved === undefined) continue;
      const offset = line.top - top;
      // Of a card that has another height its beginning is in sight.
      return moved.top - (moved.height === line.height ? offset : Math.max(offset, 0));
    }
  }
  // A section that was folded has its heading in sight.
  for (const section of seen.flatMap(({ block }) => block.sections)) {
    const moved = places.get(section.key);
    if (moved !== undefined) return Math.min(top, moved.top);
  }
  return top;
}

interface SectionPlace<Item> {
  top: number;
  /** By the keys of their cards. */
  lines: Map<string, Line<Item>>;
}

function placesOf<Item>({ blocks }: Layout<Item>): Map<string, SectionPlace<Item>> {
  const places = new Map<string, SectionPlace<Item>>();
  for (const block of blocks) {
    for (const { key } of block.sections) places.set(key, { top: block.top, lines: new Map() });
    for (const line of block.lines)
      for (const { section, place } of line.cells) places.get(section.key)?.lines.set(place.key, line);
  }
  return places;
}
