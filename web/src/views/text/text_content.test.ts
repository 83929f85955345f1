import { expect, it } from "vitest";
import { plainText, textContent } from "./text_content";

it("is a text, or a table of rows", () => {
  expect(textContent("a")).toEqual({ kind: "text", text: "a" });
  expect(textContent(["a", "b"])).toEqual({ kind: "table", rows: [["a"], ["b"]] });
  expect(textContent([["a", "b"], ["c"]])).toEqual({ kind: "table", rows: [["a", "b"], ["c"]] });
  expect(textContent([[["a", "b"]]])).toEqual({ kind: "table", rows: [["a b"]] });
  for (const value of [null, 3, { a: 1 }]) expect(textContent(value)).toBe(null);
});

it("is plain text with a line a row", () => {
  expect(plainText({ kind: "table", rows: [["a", "b"], ["c"]] })).toBe("a\tb\nc");
});
