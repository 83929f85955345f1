// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { type Asking, chartsWaiting, RequestQueue } from "./chart_requests";

/** The requests that were sent, and how to answer the first of them. */
function queueOf() {
  const sent: string[][] = [];
  const answers: (() => void)[] = [];
  const queue = new RequestQueue<string, string>((charts) => {
    sent.push(charts);
    return new Promise((resolve) => answers.push(() => resolve({ revision: 1, charts })));
  });
  const ask = (name: string, asking: Partial<Asking> = {}): void => {
    void queue.ask(name, { ...{ lines: 1, isUrgent: false, isSmall: false, place: () => null }, ...asking });
  };
  return { sent, answers, ask };
}

function elementAt(top: number, left: number): () => Element {
  const element = document.createElement("div");
  element.getBoundingClientRect = () => new DOMRect(left, top, 100, 100);
  return () => element;
}

vi.useFakeTimers();
afterEach(() => void vi.runAllTimers());

it("sends what stands at the top left first, in whatever order it was asked for", async () => {
  const { sent, ask } = queueOf();
  ask("second row", { place: elementAt(300, 0) });
  ask("scrolled away", { place: elementAt(-500, 0) });
  ask("right", { place: elementAt(20, 400) });
  ask("left", { place: elementAt(20, 0) });
  ask("acted on", { place: elementAt(900, 0), isUrgent: true });
  expect(sent).toEqual([]);
  // Before the next frame is drawn.
  await Promise.resolve();
  expect(sent).toEqual([["acted on"]]);
});

it("goes on in reading order behind the one that is acted on", async () => {
  const { sent, answers, ask } = queueOf();
  for (const [name, top, left] of [
    ["d", 300, 0],
    ["e", -500, 0],
    ["c", 20, 400],
    ["b", 20, 0],
  ] as const)
    ask(name, { place: elementAt(top, left) });
  ask("a", { isUrgent: true });
  await vi.runAllTimersAsync();
  answers[0]();
  await vi.runAllTimersAsync();
  expect(sent).toEqual([["a"], ["b", "c", "d", "e"]]);
});

it("sends small charts many at a time, and others few", async () => {
  const before = chartsWaiting.value;
  const { sent, answers, ask } = queueOf();
  for (let i = 0; i < 20; i++) ask(`chart${i}`);
  for (let i = 0; i < 300; i++) ask(`row${i}`, { isSmall: true });
  await vi.runAllTimersAsync();
  expect(sent.map((charts) => charts.length)).toEqual([16, 4 + 192]);
  expect(chartsWaiting.value - before).toBe(108);
  answers[0]();
  await vi.runAllTimersAsync();
  expect([sent.length, chartsWaiting.value - before]).toEqual([3, 0]);
});

it("sends a request for very many lines alone", async () => {
  const { sent, answers, ask } = queueOf();
  ask("first", { lines: 10_000 });
  ask("second", { lines: 10_000 });
  ask("few", { lines: 2 });
  await vi.runAllTimersAsync();
  expect(sent).toEqual([["first"]]);
  answers[0]();
  await vi.runAllTimersAsync();
  expect(sent).toEqual([["first"], ["second"]]);
  answers[1]();
  await vi.runAllTimersAsync();
  expect(sent).toEqual([["first"], ["second"], ["few"]]);
});
