// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import { opensUpwards } from "./menus";

it("a menu opens upwards where there is no room below and more above", () => {
  vi.stubGlobal("innerHeight", 600);
  expect(opensUpwards({ top: 100, bottom: 124 }, 300)).toBe(false);
  expect(opensUpwards({ top: 400, bottom: 424 }, 300)).toBe(true);
  expect(opensUpwards({ top: 400, bottom: 424 }, 100)).toBe(false);
  // Higher than the window: then where there is more of it to be seen.
  expect(opensUpwards({ top: 200, bottom: 224 }, 900)).toBe(false);
});
