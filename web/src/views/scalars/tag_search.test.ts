import { expect, it } from "vitest";
import { TagSearch } from "./tag_search";

const names = [
  "train/loss",
  "val/loss",
  "train/lr",
  "train",
  "loss",
  "Train/loss",
  "😀/loss",
  "train/loss_2",
];
const find = (patterns: string[], isAnchored = true): string[] => [
  ...new TagSearch(names).find(patterns, isAnchored).names,
];

it("finds by what names begin with as by looking at each", () => {
  const patterns = [
    "train",
    "train/l",
    "^train/loss$",
    "train/(loss|lr)",
    "(t|T)rain",
    "",
    "😀",
    ".",
    "z",
    "train/l.$",
  ];
  for (const pattern of patterns) {
    const expression = new RegExp(`^(?:${pattern})`, "u");
    expect([pattern, find([pattern])]).toEqual([pattern, names.filter((name) => expression.test(name))]);
    expect([pattern, find([pattern], false)]).toEqual([
      pattern,
      names.filter((name) => new RegExp(pattern, "u").test(name)),
    ]);
  }
});

it("has what the first pattern matches first, and each name once", () => {
  expect(find(["val", "train/l", ".*loss"])).toEqual([
    ...["val/loss", "train/loss", "train/lr", "train/loss_2", "loss", "Train/loss", "😀/loss"],
  ]);
});

it("says which pattern is none, and finds the others", () => {
  const { names: found, refused } = new TagSearch(names).find(["(", "val", "a(?=b)", "val"], true);
  expect([...found]).toEqual(["val/loss"]);
  expect(refused).toEqual([
    { pattern: "(", reason: "Unterminated group" },
    { pattern: "a(?=b)", reason: "Look-ahead and look-behind are not supported" },
  ]);
});

it("does not do without end what a hostile log asks for", () => {
  const many = Array.from({ length: 12_000 }, (_, i) => `${"a".repeat(40)}${i}b`);
  const search = new TagSearch(many);
  const hostile = Array.from({ length: 20_000 }, (_, i) => `(a|a.)*${i}c`);
  const first = search.find(hostile, true);
  expect(first.names.size).toBe(0);
  expect(first.refused.length).toBeGreaterThan(19_000);
  expect(first.refused.at(-1)).toEqual({
    ...{ pattern: hostile.at(-1), reason: "Matching this against all names takes too long" },
  });
  expect(search.find(hostile, true)).toBe(first);
  // One chart does not take what the others need, unless there are very many such charts.
  expect(search.find([".*1b$"], true).names.size).toBe(1200);
  // As many that are plain names are no trouble.
  const plain = many.slice(0, 5000).map((name) => `^${name}$`);
  expect(search.find(plain, true).names.size).toBe(5000);
});
