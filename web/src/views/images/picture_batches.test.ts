import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buildFrame } from "../../api/frame_fixture";
import { PictureBatches } from "./picture_batches";

interface Asked {
  indices: number[];
  signal: AbortSignal;
  answer(): Promise<void>;
  fail(error: Error): Promise<void>;
}

let requests: Asked[];
let batches: PictureBatches;

beforeEach(() => {
  vi.useFakeTimers();
  requests = [];
  batches = new PictureBatches();
  vi.stubGlobal(
    "fetch",
    (_: string, { body, signal }: { body: string; signal: AbortSignal }) =>
      new Promise((resolve, reject) => {
        const indices = JSON.parse(body).pictures.map(({ index }: { index: number }) => index);
        const pictures = indices.map((index: number) => ({
          ...{ status: 200, problem: "", step: index, parts: 1, media_type: "image/png" },
          ...{ width: 1, height: 1, length: 1 },
        }));
        requests.push({
          ...{ indices, signal },
          answer: async () => {
            resolve(new Response(buildFrame({ pictures }, { data: { dtype: "u1", values: indices } })));
            await vi.advanceTimersByTimeAsync(0);
          },
          fail: async (error) => {
            reject(error);
            await vi.advanceTimersByTimeAsync(0);
          },
        });
      }),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function ask(index: number, signal = new AbortController().signal, bytes = 1000) {
  const asked = batches.ask({ tag: "v0", run: "r0", index, part: 0, width: null }, bytes, signal);
  // Told where it is looked at.
  asked.catch(() => undefined);
  return asked;
}

it("sends together what is asked for together, and gives each its own bytes", async () => {
  const asked = [3, 1, 2].map((index) => ask(index));
  expect(requests).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(requests.map(({ indices }) => indices)).toEqual([[3, 1, 2]]);
  await requests[0].answer();
  const answers = await Promise.all(asked);
  expect(answers.map(({ step, blob }) => [step, blob.type])).toEqual([
    [3, "image/png"],
    [1, "image/png"],
    [2, "image/png"],
  ]);
  const bytes = await Promise.all(
    answers.map(async ({ blob }) => [...new Uint8Array(await blob.arrayBuffer())]),
  );
  expect(bytes).toEqual([[3], [1], [2]]);
});

it("has three requests at a time, each of 64 pictures and of a MiB at most, the oldest first", async () => {
  for (let index = 0; index < 200; index++) void ask(index);
  for (let index = 200; index < 206; index++) void ask(index, undefined, 400_000);
  await vi.advanceTimersByTimeAsync(0);
  expect(requests.map(({ indices }) => [indices[0], indices.length])).toEqual([
    [0, 64],
    [64, 64],
    [128, 64],
  ]);
  for (let i = 0; i < 6; i++) await requests[i].answer();
  expect(requests.slice(3).map(({ indices }) => [indices[0], indices.length])).toEqual([
    // Eight small ones and two of the large.
    [192, 10],
    [202, 2],
    [204, 2],
  ]);
});

it("ends a request when nobody waits for any of it, and does not ask for what nobody waits for", async () => {
  const [one, other, third] = [new AbortController(), new AbortController(), new AbortController()];
  void ask(0, one.signal);
  void ask(1, other.signal);
  const unasked = ask(2, third.signal);
  third.abort();
  await vi.advanceTimersByTimeAsync(0);
  await expect(unasked).rejects.toThrow();
  expect(requests.map(({ indices }) => indices)).toEqual([[0, 1]]);
  one.abort();
  expect(requests[0].signal.aborted).toBe(false);
  other.abort();
  expect(requests[0].signal.aborted).toBe(true);
});

it("tells everybody of a request that fails, and goes on with the next", async () => {
  const asked = [0, 1].map((index) => ask(index));
  await vi.advanceTimersByTimeAsync(0);
  await requests[0].fail(new TypeError("Failed to fetch"));
  for (const one of asked) await expect(one).rejects.toThrow("The server does not answer.");
  const next = ask(2);
  await vi.advanceTimersByTimeAsync(0);
  await requests[1].answer();
  expect((await next).step).toBe(2);
});
