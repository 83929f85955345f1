import { beforeEach, expect, it, vi } from "vitest";
import { Player, type Voice } from "./player";

/** The browser's, as far as the player needs it. */
class Context {
  currentTime = 0;
  destination = {};
  started: { offset: number; rate: number; isStopped: boolean }[] = [];

  async resume(): Promise<void> {}

  createGain() {
    return { gain: { value: 0 }, connect: () => {} };
  }

  buffers = 0;

  createBuffer(_channels: number, length: number, sampleRate: number) {
    this.buffers++;
    return { length, sampleRate, copyToChannel: () => {} };
  }

  createBufferSource() {
    const played = { offset: 0, rate: 1, isStopped: false };
    return {
      buffer: null,
      playbackRate: { value: 1 },
      connect: () => {},
      start(_when: number, offset: number) {
        played.offset = offset;
        played.rate = this.playbackRate.value;
        context.started.push(played);
      },
      stop: () => {
        played.isStopped = true;
      },
    };
  }
}

let context: Context;
let player: Player;
const frames: (() => void)[] = [];
vi.stubGlobal("requestAnimationFrame", (run: () => void) => frames.push(run));

beforeEach(() => {
  context = new Context();
  player = new Player(() => context as unknown as AudioContext);
  frames.length = 0;
});

function voice(name: string, seconds: number, sampleRate = 8000): Voice {
  const samples = { sampleRate, channels: 1, frames: seconds * sampleRate, format: "", notes: [], bytes: 0 };
  return { name, samples: { ...samples, read: () => {} } };
}

function after(seconds: number): void {
  context.currentTime += seconds;
  for (const run of frames.splice(0)) run();
}

it("goes on with another sound of the group where the one before was", async () => {
  await player.play("g", [voice("a", 2)]);
  after(0.5);
  expect([player.position("g"), player.isHeard("a")]).toEqual([0.5, true]);
  await player.play("g", [voice("b", 2)]);
  expect(context.started.map(({ offset, isStopped }) => [offset, isStopped])).toEqual([
    [0, true],
    [0.5, false],
  ]);
  expect([player.isHeard("a"), player.isHeard("b")]).toEqual([false, true]);
  await player.play("other", [voice("c", 2)]);
  expect(context.started[2].offset).toBe(0);
  expect(player.position("g")).toBe(0.5);
});

it("plays several together, ends at the longest, and begins anew", async () => {
  const both = [voice("a", 1), voice("b", 2)];
  await player.play("g", both);
  after(1.5);
  expect([player.isHeard("a"), player.position("g")]).toEqual([true, 1.5]);
  after(1);
  expect([player.playing.value.isPlaying, player.position("g")]).toEqual([false, 2]);
  player.toggle();
  await vi.waitFor(() => expect(context.started.length).toBe(4));
  expect(context.started[2].offset).toBe(0);
  player.toggle();
  expect(context.started.every(({ isStopped }) => isStopped)).toBe(true);
});

it("seeks while it plays, and while it does not", async () => {
  player.seek("g", 0.25);
  expect([player.position("g"), context.started.length]).toEqual([0.25, 0]);
  await player.play("g", [voice("a", 1, 4000)]);
  // A rate that browsers do not have is played slower: the offset is one of the buffer.
  expect(context.started[0]).toEqual({ offset: 0.125, rate: 0.5, isStopped: false });
  player.seek("g", 0.5);
  await vi.waitFor(() => expect(context.started.length).toBe(2));
  expect(context.started[1].offset).toBe(0.25);
});

it("makes a buffer of a sound once, however often it is sought in", async () => {
  const one = voice("a", 600);
  await player.play("g", [one]);
  player.seek("g", 300);
  await vi.waitFor(() => expect(context.started.length).toBe(2));
  expect([context.buffers, context.started[1].offset]).toEqual([1, 300]);
  await player.play("g", [one, voice("b", 1)]);
  expect(context.buffers).toBe(2);
});

it("says why nothing is heard", async () => {
  context.resume = () => Promise.reject(new Error("no device"));
  await player.play("g", [voice("a", 1)]);
  expect(player.playing.value).toMatchObject({
    isPlaying: false,
    problem: "The browser cannot play it: no device",
  });
});
