/**
 * Cards in sections that fold, which the views over steps have below their toolbars. Small sections in a row share one
 * grid, with each heading above its first card; others have a heading over the whole width.
 *
 * Sections and cards have nodes only while they are in or near the window: for the others there is room, so that the
 * page scrolls as if all were there.
 */

import type { Signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { plural } from "../../kit/format";
import { changeSubject, subjectFields, toggleFolded } from "../../state/subject";
import { type CardPlace, PlacedCard } from "../cards/card_place";
import {
  type BlockInSight,
  type Cell,
  inSight,
  keptTop,
  type Layout,
  type Line,
  layOut,
  lineOf,
} from "./section_lines";
import { inRows, isFolded, type TagSection } from "./section_rows";
import { type Scrolled, useScrolled } from "./use_scrolled";

interface TagSectionsProps<Item> {
  sections: readonly TagSection<Item>[];
  place: (item: Item) => CardPlace;
  /** How many tags there are before the filter. */
  total: number;
  /** Whether the cards are to be made later. */
  isHeld?: boolean;
  /** The key of the card to scroll to; it is taken when that has been done. */
  sought?: Signal<string | null>;
}

/** They are children of the element that scrolls. */
export function TagSections<Item>({ sections, place, total, isHeld, sought }: TagSectionsProps<Item>) {
  const probe = useRef<HTMLDivElement>(null);
  const scrolled = useScrolled(probe);
  const measures = scrolled.measures.value;
  return (
    <>
      <div class="grid card-probe" aria-hidden="true" ref={probe}>
        <div class="card-place" />
      </div>
      {measures !== null && sections.length > 0 && isHeld !== true && (
        <Sections layout={layOut(inRows(sections), place, measures)} scrolled={scrolled} sought={sought} />
      )}
      {sections.length === 0 && <NoneMatches total={total} />}
    </>
  );
}

function NoneMatches({ total }: { total: number }) {
  return (
    <div class="empty-state">
      <p>
        None of {plural(total, "tag")} matches the filter
        {subjectFields.subject !== "" && " and the subject"}.
      </p>
      <button type="button" onClick={() => changeSubject({ tagFilter: "", isFilterOff: false })}>
        Clear the filter
      </button>
    </div>
  );
}

interface SectionsProps<Item> {
  layout: Layout<Item>;
  scrolled: Scrolled;
  sought: Signal<string | null> | undefined;
}

function Sections<Item>({ layout, scrolled, sought }: SectionsProps<Item>) {
  const { from, to } = scrolled.near.value;
  useKeptPlace(layout, scrolled);
  useSought(layout, scrolled, sought);
  const { blocks, above, below } = inSight(layout, from, to);
  return (
    <>
      <Room key="above" height={above} />
      {blocks.map((part) => {
        const { sections, isFlowing } = part.block;
        const Part = isFlowing ? FlowingSections : Section;
        return <Part key={sections[0].key} part={part} onHeight={scrolled.onLarge} />;
      })}
      <Room key="below" height={below} />
    </>
  );
}

/** What is in sight stays where it is when sections come, go and fold, and when cards get another size. */
function useKeptPlace<Item>(layout: Layout<Item>, scrolled: Scrolled): void {
  const last = useRef(layout);
  useLayoutEffect(() => {
    const { top, height } = scrolled.window();
    const kept = keptTop(last.current, layout, top, height);
    last.current = layout;
    if (kept !== top) scrolled.scrollTo(kept);
  }, [layout]);
}

/** A card that becomes large is brought to the top, and one that is sought into the middle. */
function useSought<Item>(
  layout: Layout<Item>,
  scrolled: Scrolled,
  sought: Signal<string | null> | undefined,
): void {
  const large = largeIn(layout);
  const { large: height = 0, heading = 0 } = scrolled.measures.value ?? {};
  /** The large card that is not at the top yet, and how far it was scrolled to. */
  const onWay = useRef<{ large: string | null; top: number | null }>({ large: null, top: null });
  useEffect(() => {
    onWay.current = { large, top: null };
  }, [large]);
  useEffect(() => {
    const line = large === null ? null : lineOf(layout, large);
    const { top } = onWay.current;
    if (line === null || onWay.current.large !== large) return;
    // It may be too low yet for the page to be scrolled so far; where the user has scrolled meanwhile, that holds.
    const isLeft = top === null || top === scrolled.window().top;
    // A heading may stick to the top of the window.
    if (isLeft) scrolled.scrollTo(line.top - heading);
    const reached = scrolled.window().top;
    const isDone = !isLeft || Math.abs(reached - (line.top - heading)) < 1;
    onWay.current = { large: isDone ? null : large, top: reached };
  }, [large, height]);
  const key = sought?.value ?? null;
  useEffect(() => {
    const line = key === null ? null : lineOf(layout, key);
    if (sought === undefined || line === null) return;
    scrolled.scrollTo(line.top + (line.height - scrolled.window().height) / 2);
    sought.value = null;
  }, [key, layout]);
}

function largeIn<Item>({ blocks }: Layout<Item>): string | null {
  for (const { lines } of blocks)
    for (const { cells } of lines) if (cells[0].place.isExpanded === true) return cells[0].place.key;
  return null;
}

function Room({ height }: { height: number }) {
  return height > 0 ? <div style={{ height: `${height}px` }} /> : null;
}

interface PartProps<Item> {
  part: BlockInSight<Item>;
  onHeight: (height: number) => void;
}

function Section<Item>({ part, onHeight }: PartProps<Item>) {
  const { block, lines, above, below } = part;
  const [section] = block.sections;
  return (
    <section class="group" aria-label={section.name || NO_GROUP}>
      <Heading section={section} />
      <Room key="above" height={above} />
      {lines.length > 0 && (
        <div key="grid" class="grid">
          {cellsOf(lines).map((cell) => placed(cell, onHeight))}
        </div>
      )}
      <Room key="below" height={below} />
    </section>
  );
}

function FlowingSections<Item>({ part, onHeight }: PartProps<Item>) {
  const { lines, above, below } = part;
  const bySection = new Map<TagSection<Item>, Cell<Item>[]>();
  for (const cell of cellsOf(lines)) {
    const known = bySection.get(cell.section);
    if (known === undefined) bySection.set(cell.section, [cell]);
    else known.push(cell);
  }
  return (
    <>
      <Room key="above" height={above} />
      <div key="grid" class="grid is-flowing">
        {[...bySection].map(([section, cells]) => (
          <section key={section.key} class="small-group" aria-label={section.name || NO_GROUP}>
            {cells.map((cell) => smallPlaced(cell, onHeight))}
          </section>
        ))}
      </div>
      <Room key="below" height={below} />
    </>
  );
}

function cellsOf<Item>(lines: readonly Line<Item>[]): Cell<Item>[] {
  return lines.flatMap(({ cells }) => cells);
}

function placed<Item>({ place }: Cell<Item>, onHeight: (height: number) => void): ComponentChild {
  return <PlacedCard key={place.key} place={place} onHeight={onHeight} />;
}

function smallPlaced<Item>(cell: Cell<Item>, onHeight: (height: number) => void): ComponentChild {
  if (!cell.isFirst) return placed(cell, onHeight);
  return (
    <div key={`${cell.place.key}\nheaded`} class="headed">
      <Heading section={cell.section} />
      {placed(cell, onHeight)}
    </div>
  );
}

const NO_GROUP = "tags without a group";

function Heading<Item>({ section }: { section: TagSection<Item> }) {
  const { key, name, source, items, heading, count } = section;
  const isClosed = isFolded(section);
  return (
    <h2>
      <button type="button" aria-expanded={!isClosed} onClick={() => toggleFolded(key)}>
        <span class={`triangle${isClosed ? "" : " is-open"}`} aria-hidden="true" />
        {heading !== undefined && <span class="quiet">{heading}</span>}
        {heading === undefined &&
          (name === "" ? <span class="quiet">no group</span> : <span class="group-name">{name}</span>)}
        {heading === undefined && <span class="quiet"> {count ?? items.length}</span>}
        {source !== "" && <span class="quiet"> · {source}</span>}
      </button>
    </h2>
  );
}
