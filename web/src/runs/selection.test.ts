import { expect, it } from "vitest";
import { EVERYTHING, isShown, NOTHING, onlyThis, toggled } from "./selection";

it("hides and shows, with everything or nothing as the base", () => {
  const hidden = toggled(EVERYTHING, "a");
  expect(["a", "b"].map((name) => isShown(hidden, name))).toEqual([false, true]);
  expect(toggled(hidden, "a")).toEqual(EVERYTHING);
  expect(isShown(toggled(NOTHING, "a"), "a")).toBe(true);
});

it("only this, and everything again the second time", () => {
  const alone = onlyThis(toggled(EVERYTHING, "a"), "a");
  expect(["a", "b"].map((name) => isShown(alone, name))).toEqual([true, false]);
  expect(onlyThis(alone, "a")).toEqual(EVERYTHING);
  expect(isShown(onlyThis(alone, "b"), "a")).toBe(false);
});
