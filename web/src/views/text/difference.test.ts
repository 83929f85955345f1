import { expect, it } from "vitest";
import { difference, type Part } from "./difference";

function side(parts: readonly Part[], other: "added" | "removed"): string {
  return parts
    .filter(({ change }) => change !== other)
    .map(({ text }) => text)
    .join("");
}

it("tells words that changed in lines that changed", () => {
  expect(difference("step 1\nthe small world\n", "step 1\nthe big world\n")).toEqual([
    { text: "step 1\n", change: "same" },
    { text: "the ", change: "same" },
    { text: "small", change: "removed" },
    { text: "big", change: "added" },
    { text: " world\n", change: "same" },
  ]);
});

it("has both texts in it, whatever they are", () => {
  const words = ["a", "b", "\n", " ", "ü", "<b>", "\r\n", ""];
  let seed = 7;
  const text = (): string => {
    let made = "";
    for (let i = 0; i < 30; i++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      made += words[seed % words.length];
    }
    return made;
  };
  for (let i = 0; i < 200; i++) {
    const [before, after] = [text(), text()];
    const parts = difference(before, after);
    expect(side(parts, "added")).toBe(before);
    expect(side(parts, "removed")).toBe(after);
  }
});

it("gives up on texts that have nothing in common", () => {
  const lines = (name: string): string => Array.from({ length: 5000 }, (_, i) => `${name} ${i}\n`).join("");
  const parts = difference(lines("a"), lines("b"));
  expect(parts.map(({ change }) => change)).toEqual(["removed", "added"]);
});
