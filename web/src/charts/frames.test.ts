import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { drawSoon } from "./frames";

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

const owners = ["a", "b", "c"].map((name) => ({ name }));
const draw = (name: string) => (): void => {
  drawn.push(name);
  now += 6;
};

it("draws a few in each frame, in order, each once and as it was asked for last", async () => {
  for (const owner of owners) drawSoon(owner, draw(`old ${owner.name}`));
  for (const owner of owners) drawSoon(owner, draw(owner.name));
  expect(drawn).toEqual([]);
  await vi.advanceTimersToNextTimerAsync();
  expect(drawn).toEqual(["a", "b"]);
  await vi.advanceTimersToNextTimerAsync();
  expect(drawn).toEqual(["a", "b", "c"]);
});

it("draws first what is urgent, and not what was taken back", async () => {
  drawSoon(owners[0], draw("a"));
  drawSoon(owners[1], draw("b"));
  drawSoon(owners[2], draw("c"), true);
  drawSoon(owners[0], null);
  await vi.advanceTimersToNextTimerAsync();
  expect(drawn).toEqual(["c", "b"]);
});
