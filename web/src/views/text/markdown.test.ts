// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { isRendered } from "./markdown";

it("leaves texts alone whose Markdown would take long", () => {
  expect(isRendered("")).toBe(true);
  expect(isRendered("a ".repeat(50_000))).toBe(true);
  expect(isRendered(`${"a ".repeat(50_000)}a`)).toBe(false);
  expect(isRendered("<b>".repeat(1000))).toBe(true);
  expect(isRendered("<b>".repeat(1001))).toBe(false);
  expect(isRendered(">".repeat(2001))).toBe(false);
});
