// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { changeSubject, subjectFields } from "../../state/subject";
import type { TagSection } from "./section_rows";
import { TagSections } from "./tag_sections";

function section(name: string, items: string[], isFolded = false): TagSection<string> {
  return { key: name, name, source: "", items, isFolded };
}

/** In a window without any height, so that all cards are below it. */
function showFirst(sections: readonly TagSection<string>[]): void {
  const place = (item: string) => ({ key: item, card: () => <p class="card">{item}</p> });
  const made = <TagSections sections={sections} place={place} total={3} />;
  act(() => render(made, document.body));
}

function show(sections: readonly TagSection<string>[]): void {
  showFirst(sections);
  act(() => void vi.runAllTimers());
}

function cards(): (string | null)[] {
  return [...document.querySelectorAll(".card")].map((card) => card.textContent);
}

function press(name: string): void {
  const buttons = [...document.querySelectorAll("button")];
  act(() => buttons.find((button) => button.textContent?.includes(name))?.click());
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  act(() => render(null, document.body));
  changeSubject({ tagFilter: "", folded: new Set() });
});

it("makes what is near the window later than what is in it, and at once where it is scrolled", () => {
  showFirst([section("train", ["loss"])]);
  expect(cards()).toEqual([]);
  act(() => void vi.runAllTimers());
  expect(cards()).toEqual(["loss"]);
  act(() => render(null, document.body));
  showFirst([section("train", ["loss"])]);
  expect(cards()).toEqual([]);
  act(() => void document.body.dispatchEvent(new Event("scroll")));
  expect(cards()).toEqual(["loss"]);
});

it("makes cards that are held when they no longer are", () => {
  const place = (item: string) => ({ key: item, card: () => <p class="card">{item}</p> });
  const made = (isHeld: boolean) => (
    <TagSections sections={[section("train", ["loss"])]} place={place} total={1} isHeld={isHeld} />
  );
  act(() => render(made(true), document.body));
  act(() => void vi.runAllTimers());
  expect([cards(), document.body.textContent]).toEqual([[], ""]);
  act(() => render(made(false), document.body));
  expect(cards()).toEqual(["loss"]);
});

it("folds and unfolds a section, and the link knows", () => {
  show([section("train", ["loss", "accuracy"]), section("val", ["loss of val"])]);
  expect(cards()).toEqual(["loss", "accuracy", "loss of val"]);
  press("train");
  expect(cards()).toEqual(["loss of val"]);
  expect([...subjectFields.folded]).toEqual(["train"]);
  const heading = document.querySelector("section[aria-label=train] button");
  expect(heading?.getAttribute("aria-expanded")).toBe("false");
  expect(heading?.textContent).toBe("train 2");
  press("train");
  expect(cards().length).toBe(3);
  expect(subjectFields.folded.size).toBe(0);
});

it("has a section that is folded at first, which the link unfolds", () => {
  show([section("own", ["a"], true), section("", ["b"])]);
  expect(cards()).toEqual(["b"]);
  press("own");
  expect(cards()).toEqual(["a", "b"]);
  expect([...subjectFields.folded]).toEqual(["own"]);
});

it("says where a section is from, and which one is of tags without a group", () => {
  show([{ ...section("curves", ["a"]), source: "layout in the log" }, section("", ["b"])]);
  const headings = [...document.querySelectorAll("h2")].map((heading) => heading.textContent);
  expect(headings).toEqual(["curves 1 · layout in the log", "no group 1"]);
  expect(document.querySelector("section[aria-label='tags without a group']")).not.toBe(null);
});

it("has small sections in one grid, and others over the whole width", () => {
  const many = section("layers", ["1", "2", "3", "4"]);
  const wide = { ...section("strips", ["5"]), hasWideItems: true };
  show([section("gpu", ["a"]), section("lr", ["b", "c"]), many, section("val", ["d"]), wide]);
  const grids = [...document.querySelectorAll(".grid:not(.card-probe)")].map((grid) => [
    grid.classList.contains("is-flowing"),
    [...grid.querySelectorAll(".card")].map((card) => card.textContent),
  ]);
  expect(grids).toEqual([
    [true, ["a", "b", "c"]],
    [false, ["1", "2", "3", "4"]],
    [true, ["d"]],
    [false, ["5"]],
  ]);
  // A heading stands above the first card of its section.
  expect(document.querySelector("section[aria-label=lr] .headed")?.textContent).toBe("lr 2b");
  press("lr");
  expect(cards()).toEqual(["a", "1", "2", "3", "4", "d", "5"]);
});

it("folds the sections that are in a section with it, and says a line of its own", () => {
  const inner = { ...section("net/enc", ["b"]), within: ["net"] };
  show([
    section("net", ["a"]),
    inner,
    { ...section("rest", ["c"], true), heading: "1 tag without points here" },
  ]);
  expect(cards()).toEqual(["a", "b"]);
  press("net 1");
  expect(cards()).toEqual([]);
  press("1 tag without points here");
  expect(cards()).toEqual(["c"]);
});

it("empties a filter that nothing passes", () => {
  changeSubject({ tagFilter: "nothing" });
  show([]);
  expect(document.body.textContent).toContain("None of 3 tags matches the filter.");
  press("Clear the filter");
  expect(subjectFields.tagFilter).toBe("");
});
