import { expect, it } from "vitest";
import { matches, parsePattern } from "./pattern";

it("matches anywhere, whatever the case; nothing typed matches everything", () => {
  const { expression, error } = parsePattern("loss$|^ACC", null);
  expect(error).toBeNull();
  expect(["train/Loss", "accuracy", "losses"].map((name) => matches(expression, name))).toEqual([
    true,
    true,
    false,
  ]);
  expect(matches(parsePattern("", expression).expression, "anything")).toBe(true);
});

it("says why it is bad, and keeps the last good one", () => {
  const good = parsePattern("loss", null);
  const bad = parsePattern("loss(", good.expression);
  expect(bad.expression).toBe(good.expression);
  expect(bad.error).toBe("Unterminated group");
});
