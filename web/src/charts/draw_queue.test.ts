// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { drawSoon } from "./draw_queue";

let now = 0;
let drawn: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  drawn = [];
  vi.spyOn(performance, "now").mockImplementation(() => now);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const owners = ["a", "b", "c", "d", "e"].map((name) => ({ name }));
const draw = (name: string) => (): void => {
  drawn.push(name);
  now += 6;
};

it("draws a few in each frame, in order, each once and as it was asked for last", async () => {
  const three = owners.slice(0, 3);
  for (const owner of three) drawSoon(owner, draw(`old ${owner.name}`));
  for (const owner of three) drawSoon(owner, draw(owner.name));
  expect(drawn).toEqual([]);
  await vi.advanceTimersToNextTimerAsync();
  expect(drawn).toEqual(["a", "b"]);
  await vi.advanceTimersToNextTimerAsync();
  expect(drawn).toEqual(["a", "b", "c"]);
});

it("leaves the browser time to make pixels of it", async () => {
  for (const owner of owners) drawSoon(owner, () => drawn.push(owner.name));
  await vi.advanceTimersToNextTimerAsync();
  expect(drawn).toEqual(["a", "b"]);
  await vi.advanceTimersToNextTimerAsync();
  await vi.advanceTimersToNextTimerAsync();
  expect(drawn).toEqual(["a", "b", "c", "d", "e"]);
});

it("draws first what is urgent, and not what was taken back", async () => {
  drawSoon(owners[0], draw("a"));
  drawSoon(owners[1], draw("b"));
  drawSoon(owners[2], draw("c"), true);
  drawSoon(owners[0], null);
  await vi.advanceTimersToNextTimerAsync();
  expect(drawn).toEqual(["c", "b"]);
});
