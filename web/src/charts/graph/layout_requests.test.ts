import { afterEach, expect, it, vi } from "vitest";
import { type LayoutAnswer, type LayoutRequest, LayoutRequests } from "./layout_requests";
import { type NestedGroup, type NestedLayout, NestedLayouts } from "./nested";

function groupOf(count: number): NestedGroup {
  return {
    id: String(count),
    ...{ width: new Float64Array(count).fill(80), height: new Float64Array(count).fill(30) },
    ...{ inside: new Int32Array(count).fill(-1), from: new Int32Array(0), to: new Int32Array(0) },
    ...{
      kind: new Int32Array(0),
      words: new Float64Array(0),
      isAside: new Uint8Array(count),
      isHidden: new Uint8Array(0),
      titleWidth: 0,
    },
  };
}

class FakeWorker {
  static made: FakeWorker[] = [];
  onmessage: ((event: { data: LayoutAnswer }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly requests: LayoutRequest[] = [];
  terminate = vi.fn();

  constructor() {
    FakeWorker.made.push(this);
  }

  postMessage(request: LayoutRequest): void {
    this.requests.push(request);
  }

  answer(i: number): void {
    const { version, groups } = this.requests[i];
    this.onmessage?.({ data: { version, layouts: new NestedLayouts().of(groups) } });
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  FakeWorker.made = [];
});

it("takes the answer to the last request alone", () => {
  vi.stubGlobal("Worker", FakeWorker);
  const requests = new LayoutRequests();
  const answers: NestedLayout[][] = [];
  for (const count of [1000, 2000]) requests.ask([groupOf(count)], (layouts) => answers.push(layouts));
  const [worker] = FakeWorker.made;
  worker.answer(0);
  expect(answers).toEqual([]);
  worker.answer(1);
  expect(answers.map(([{ x }]) => x.length)).toEqual([2000]);
  requests.ask([groupOf(3000)], (layouts) => answers.push(layouts));
  // Few boxes are laid out at once, and what was asked before is not wanted any more.
  requests.ask([groupOf(3)], (layouts) => answers.push(layouts));
  worker.answer(2);
  expect(answers.map(([{ x }]) => x.length)).toEqual([2000, 3]);
});

it("does without a worker where there is none, or where it cannot be loaded", () => {
  vi.stubGlobal("Worker", undefined);
  const answers: number[] = [];
  const take = ([{ x }]: NestedLayout[]): void => {
    answers.push(x.length);
  };
  new LayoutRequests().ask([groupOf(1000)], take);
  expect(answers).toEqual([1000]);
  vi.stubGlobal("Worker", FakeWorker);
  const requests = new LayoutRequests();
  requests.ask([groupOf(2000)], take);
  expect(answers).toEqual([1000]);
  FakeWorker.made[0].onerror?.();
  requests.ask([groupOf(3000)], take);
  expect(answers).toEqual([1000, 2000, 3000]);
  expect(FakeWorker.made).toHaveLength(1);
});
