// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { changeSubject } from "../../state/subject";
import type { CardPlace } from "../cards/card_place";
import { inSight, keptTop, type Layout, layOut, lineOf, type Measures } from "./section_lines";
import { inRows, type TagSection } from "./section_rows";

const MEASURES: Measures = { columns: 3, gap: 8, heading: 26, card: 200, strip: 48, large: 500 };

afterEach(() => changeSubject({ folded: new Set() }));

/** A card for each word; one with a star is large, one with a dash a row. */
function place(key: string): CardPlace {
  return { key, isExpanded: key.endsWith("*"), isRow: key.startsWith("-"), card: () => null };
}

function section(key: string, items: string[]): TagSection<string> {
  const hasWideItems = items.some((item) => item.startsWith("-"));
  return { key, name: key, source: "", items, hasWideItems, isFolded: false };
}

function cards(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `${name}${number}`);
}

function laidOut(sections: readonly TagSection<string>[], measures = MEASURES): Layout<string> {
  return layOut(inRows(sections), place, measures);
}

function lines({ blocks }: Layout<string>): [string, number, number][][] {
  return blocks.map((block) =>
    block.lines.map(({ cells, top, height }) => [cells.map((cell) => cell.place.key).join(" "), top, height]),
  );
}

it("puts cards into lines below the heading of their section", () => {
  const layout = laidOut([section("a", cards("a", 7)), section("b", cards("b", 4))]);
  expect(lines(layout)).toEqual([
    [
      ["a0 a1 a2", 26, 200],
      ["a3 a4 a5", 234, 200],
      ["a6", 442, 200],
    ],
    [
      ["b0 b1 b2", 668, 200],
      ["b3", 876, 200],
    ],
  ]);
  expect([layout.blocks.map(({ top, height }) => [top, height]), layout.height]).toEqual([
    [
      [0, 642],
      [642, 434],
    ],
    1076,
  ]);
});

it("makes a line higher by a heading that stands above one of its cards", () => {
  const layout = laidOut([
    section("a", ["a0", "a1"]),
    section("b", ["b0", "b1", "b2"]),
    section("c", ["c0"]),
  ]);
  expect(lines(layout)).toEqual([
    [
      ["a0 a1 b0", 0, 226],
      ["b1 b2 c0", 234, 226],
    ],
  ]);
  const low = laidOut([section("a", ["a0", "a1", "a2"])], { ...MEASURES, columns: 2 });
  expect(lines(low)).toEqual([
    [
      ["a0 a1", 0, 226],
      ["a2", 234, 200],
    ],
  ]);
});

it("gives a large card and a row lines of their own", () => {
  const layout = laidOut([section("a", ["-a0", "a1", "a2", "a3*", "a4"])]);
  expect(lines(layout)).toEqual([
    [
      ["-a0", 26, 48],
      ["a1 a2", 82, 200],
      ["a3*", 290, 500],
      ["a4", 798, 200],
    ],
  ]);
  // As long as nothing is known of it, it is as high as the others.
  expect(lines(laidOut([section("a", ["a0*", "a1"])], { ...MEASURES, large: 0 }))).toEqual([
    [
      ["a0*", 0, 226],
      ["a1", 234, 200],
    ],
  ]);
});

it("leaves of a folded section its heading", () => {
  changeSubject({ folded: new Set(["a"]) });
  const layout = laidOut([section("a", cards("a", 9)), section("b", ["b0"])]);
  expect(lines(layout)).toEqual([[], [["b0", 26, 226]]]);
  expect(layout.height).toBe(252);
});

it("has in sight what is between two heights, and room for the rest", () => {
  const sections = [section("a", cards("a", 40)), section("b", cards("b", 2)), section("c", cards("c", 50))];
  const layout = laidOut(sections);
  for (let from = -700; from < layout.height + 700; from += 37) {
    const to = from + 800;
    const seen = inSight(layout, from, to);
    const all = layout.blocks.flatMap((block) => block.lines);
    const expected = all.filter((line) => line.top < to && line.top + line.height > from);
    const found = seen.blocks.flatMap((part) => part.lines);
    expect(found).toEqual(expected);
    // Room and what is in sight are as high as all is.
    let height = seen.above + seen.below;
    for (const { block, lines: inside, above, below } of seen.blocks) {
      const [first, last] = [inside[0], inside.at(-1)];
      const between = first === undefined || last === undefined ? 0 : last.top + last.height - first.top;
      height += (block.isFlowing ? 0 : MEASURES.heading) + above + between + below;
    }
    expect(height).toBe(layout.height);
  }
});

it("finds the line of a card", () => {
  const layout = laidOut([section("a", cards("a", 7)), section("b", cards("b", 4))]);
  expect(lineOf(layout, "b3")?.top).toBe(876);
  expect(lineOf(layout, "c")).toBe(null);
});

it("keeps the first card in sight where it is", () => {
  const old = laidOut([section("b", cards("b", 40))]);
  const top = (lineOf(old, "b12")?.top ?? 0) + 30;
  const later = laidOut([section("a", cards("a", 30)), section("b", cards("b", 40))]);
  expect(keptTop(old, later, top, 800)).toBe((lineOf(later, "b12")?.top ?? 0) + 30);
  // In a narrower window it is in another line.
  const narrow = laidOut([section("b", cards("b", 40))], { ...MEASURES, columns: 2 });
  expect(keptTop(old, narrow, top, 800)).toBe((lineOf(narrow, "b12")?.top ?? 0) + 30);
  // Of one that has gone its neighbour stays.
  const fewer = laidOut([
    section(
      "b",
      cards("b", 40).filter((name) => name !== "b12"),
    ),
  ]);
  expect(keptTop(old, fewer, top, 800)).toBe((lineOf(fewer, "b13")?.top ?? 0) + 30);
  // A smaller card is in sight from its beginning.
  const small = laidOut([section("b", cards("b", 40))], { ...MEASURES, card: 100 });
  expect(keptTop(old, small, top, 800)).toBe(lineOf(small, "b12")?.top);
});

it("keeps the top of the page, and the heading of what is folded", () => {
  const sections = [section("a", cards("a", 5)), section("b", cards("b", 90))];
  const old = laidOut(sections);
  expect(keptTop(old, laidOut([section("new", cards("n", 9)), ...sections]), 0, 800)).toBe(0);
  changeSubject({ folded: new Set(["b"]) });
  const folded = laidOut(sections);
  expect(keptTop(old, folded, 3000, 800)).toBe(folded.blocks[1].top);
  expect(keptTop(old, laidOut([section("c", ["c"])]), 3000, 800)).toBe(3000);
});
