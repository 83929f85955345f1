import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AnswerError } from "../../api/request";
import { MediaStore, type Result, type Stored, type Wish } from "./media_store";

interface Fake extends Stored {
  name: string;
  isClosed: boolean;
}

interface Started {
  key: string;
  isFull: boolean;
  signal: AbortSignal;
  succeed(bytes?: number, isFull?: boolean): Promise<void>;
  fail(error: Error): Promise<void>;
}

let store: MediaStore<Fake>;
let started: Started[];
const settled: [string, string | null][] = [];

function fake(name: string, bytes: number, isFull: boolean): Fake {
  const made: Fake = {
    ...{ name, bytes, isFull, isClosed: false },
    close: () => {
      made.isClosed = true;
    },
  };
  return made;
}

function wish(key: string, isFull = false): Wish<Fake> {
  return {
    ...{ key, isFull },
    load: (signal) =>
      new Promise((resolve, reject) => {
        started.push({
          ...{ key, isFull, signal },
          succeed: async (bytes = 10, hasAll = true) => {
            resolve(fake(key, bytes, hasAll));
            await vi.advanceTimersByTimeAsync(0);
          },
          fail: async (error) => {
            reject(error);
            await vi.advanceTimersByTimeAsync(0);
          },
        });
      }),
    settle: ({ media, problem }) => void settled.push([media?.name ?? key, problem]),
  };
}

function keys(): string[] {
  return started.map(({ key }) => key);
}

beforeEach(() => {
  vi.useFakeTimers();
  started = [];
  settled.length = 0;
  store = new MediaStore({ mostBytes: 25, simultaneous: 2 });
});

afterEach(() => {
  vi.useRealTimers();
});

it("asks for a few at a time in the order of the wishes, and for each once", async () => {
  for (const name of ["a", "b", "a", "c", "d"]) store.want({}, wish(name));
  expect(keys()).toEqual(["a", "b"]);
  await started[1].succeed();
  await started[0].succeed();
  // Both who wished for it have it.
  expect(settled.map(([name]) => name)).toEqual(["b", "a", "a"]);
  expect(keys()).toEqual(["a", "b", "c", "d"]);
  // What is there is there at once, and is not asked for again.
  expect(store.want({}, wish("a"))?.media?.name).toBe("a");
  expect(started).toHaveLength(4);
});

it("has the newest wish of an owner alone, and ends what nobody waits for", async () => {
  const [one, other] = [{}, {}];
  store.want(one, wish("a"));
  store.want(other, wish("b"));
  store.want(one, wish("c"));
  store.want(one, wish("d"));
  expect(started.map(({ key, signal }) => [key, signal.aborted])).toEqual([
    ["a", true],
    ["b", false],
    ["c", true],
    ["d", false],
  ]);
  // One that comes even so is not kept.
  await started[0].succeed();
  expect([store.bytes, settled]).toEqual([0, []]);
  store.want(other, null);
  expect(started[1].signal.aborted).toBe(true);
  await started[3].succeed();
  expect(settled).toEqual([["d", null]]);
});

it("has what came before anybody wished for it", () => {
  const came = fake("a", 10, true);
  store.offer("a", came);
  expect(store.want({}, wish("a"))?.media).toBe(came);
  expect(started).toEqual([]);
  const again = fake("a", 10, true);
  store.offer("a", again);
  expect([again.isClosed, came.isClosed, store.bytes]).toEqual([true, false, 10]);
  // It counts as what was asked for does.
  for (const key of ["b", "c"]) store.offer(key, fake(key, 10, true));
  expect([came.isClosed, store.bytes]).toEqual([false, 20]);
  expect(store.want({}, wish("b"))).toBe(null);
});

it("keeps so many bytes, and whatever is wished for", async () => {
  const [one, other] = [{}, {}];
  const found: Result<Fake>[] = [];
  for (const name of ["a", "b", "c"]) {
    store.want(one, wish(name));
    await started[started.length - 1].succeed();
    found.push(store.want(other, wish(name)) as Result<Fake>);
  }
  // Those that were used longest ago have gone, and their memory with them.
  expect(store.bytes).toBe(20);
  expect(found.map(({ media }) => media?.isClosed)).toEqual([true, false, false]);
  store.want({}, wish("large"));
  await started[3].succeed(1000);
  expect(store.want({}, wish("large"))?.media?.isClosed).toBe(false);
  expect(found.map(({ media }) => media?.isClosed)).toEqual([true, true, false]);
});

it("asks again for a picture that was made smaller, where all of its pixels are wanted", async () => {
  const owner = {};
  store.want(owner, wish("a"));
  await started[0].succeed(10, false);
  expect(store.want(owner, wish("a"))?.media?.isFull).toBe(false);
  expect(store.want(owner, wish("a", true))).toBe(null);
  await started[1].succeed(20, true);
  expect(store.bytes).toBe(20);
  expect(store.want(owner, wish("a"))?.media?.isFull).toBe(true);
  expect(started).toHaveLength(2);
});

it("asks once for what may be wished for next, when all wishes are met, and leaves half to what is wished for", async () => {
  const wide = new MediaStore<Fake>({ mostBytes: 100, simultaneous: 4 });
  const [one, other] = [{}, {}];
  wide.want(one, wish("a"), [wish("next"), wish("before"), wish("a"), wish("later")]);
  wide.want(other, wish("b"));
  await started[0].succeed(1);
  expect(keys()).toEqual(["a", "b"]);
  await started[1].succeed(1);
  expect(keys()).toEqual(["a", "b", "next", "before"]);
  // It goes on when something else is wished for, and is there when it is wished for itself.
  wide.want(one, wish("c"));
  expect(keys()).toEqual(["a", "b", "next", "before", "c"]);
  expect(started[2].signal.aborted).toBe(false);
  await started[2].succeed(1);
  await started[4].succeed(1);
  expect(wide.want(one, wish("next"))?.media?.name).toBe("next");
  // What is wished for while it is under way comes with it.
  wide.want(one, wish("before"));
  await started[3].succeed(1);
  expect(settled.at(-1)).toEqual(["before", null]);
  expect(keys()).toEqual(["a", "b", "next", "before", "c"]);
});

it("asks once for what may be wished for next and has no room", async () => {
  store.want({}, wish("a"), [wish("next")]);
  await started[0].succeed(20);
  await started[1].succeed(100);
  expect(store.bytes).toBe(20);
  expect(keys()).toEqual(["a", "next"]);
});

it("keeps what is wrong with a damaged picture, and asks again where a server is gone", async () => {
  store.want({}, wish("damaged"));
  store.want({}, wish("gone"));
  store.want({}, wish("other"));
  await started[0].fail(new AnswerError(422, "the value is damaged"));
  await started[1].fail(new TypeError("Failed to fetch"));
  expect(settled).toEqual([
    ["damaged", "the value is damaged"],
    ["gone", "Failed to fetch"],
  ]);
  expect(store.want({}, wish("damaged"))?.problem).toBe("the value is damaged");
  expect(keys()).toEqual(["damaged", "gone", "other"]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(keys()).toEqual(["damaged", "gone", "other", "gone"]);
  await started[3].succeed();
  expect(settled.at(-1)).toEqual(["gone", null]);
});
