import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { between, Motion } from "./motion";

/** Frames that the test draws: the browser's are not there. */
const frames = new Map<number, FrameRequestCallback>();
let now = 0;
const passMilliseconds = (count: number): void => {
  for (const end = now + count; now < end; now += 16) {
    const due = [...frames.values()];
    frames.clear();
    for (const frame of due) frame(now);
  }
};

beforeEach(() => {
  frames.clear();
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => {
    frames.set(frames.size + 1, frame);
    return frames.size;
  });
  vi.stubGlobal("cancelAnimationFrame", (id: number) => frames.delete(id));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("goes evenly on the axis as it is seen, and ends exactly", () => {
  expect(between([0, 100], [50, 60], 0.5, "linear")).toEqual([25, 80]);
  const [low, high] = between([1, 1e6], [100, 1e4], 0.5, "log");
  expect(low).toBeCloseTo(10);
  expect(high).toBeCloseTo(1e5);
  expect(between([1, 3], [0.1, 0.3], 1, "log")).toEqual([0.1, 0.3]);
});

it("draws until it is there, and never again", () => {
  const shares: number[] = [];
  const motion = new Motion((share) => shares.push(share));
  motion.start();
  expect(motion.isRunning).toBe(true);
  passMilliseconds(1000);
  expect(shares[0]).toBe(0);
  expect(shares).toEqual(shares.toSorted((one, other) => one - other));
  expect(shares.at(-1)).toBe(1);
  expect(shares.filter((share) => share === 1)).toHaveLength(1);
  expect(motion.isRunning).toBe(false);
});

it("stops where it is", () => {
  const draw = vi.fn();
  const motion = new Motion(draw);
  motion.start();
  passMilliseconds(40);
  motion.stop();
  const count = draw.mock.calls.length;
  passMilliseconds(1000);
  expect(draw).toHaveBeenCalledTimes(count);
  expect(draw).not.toHaveBeenCalledWith(1);
});
