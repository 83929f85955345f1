// @vitest-environment happy-dom

import { render } from "preact";
import { useRef } from "preact/hooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useSight, useSize } from "./use_sight";

/** Boxes by the name of the element: left, top, width and height. */
const BOXES: Record<string, [number, number, number, number]> = {
  card: [0, 100, 500, 200],
  seen: [0, 100, 100, 100],
  beyond: [600, 100, 100, 100],
  below: [0, 5000, 100, 100],
};

const observed = new Set<Element>();

function boxOf(this: Element): DOMRect {
  const [left, top, width, height] = BOXES[this.id] ?? [0, 0, 0, 0];
  return new DOMRect(left, top, width, height);
}

beforeEach(() => {
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(boxOf);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockImplementation(function (this: Element) {
    return BOXES[this.id]?.[2] ?? 0;
  });
  class Silent {
    observe = (element: Element): unknown => observed.add(element);
    unobserve = (element: Element): unknown => observed.delete(element);
  }
  vi.stubGlobal("IntersectionObserver", Silent);
  vi.stubGlobal("ResizeObserver", Silent);
});

afterEach(() => {
  render(null, document.body);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function Cell({ id, isExpected }: { id: string; isExpected?: boolean }) {
  const element = useRef<HTMLElement>(null);
  const isInSight = useSight(element, isExpected).value;
  const { width } = useSize(element).value;
  return <section ref={element} id={id} data-sight={isInSight} data-width={width} />;
}

function stateOf(id: string): string {
  const { sight, width } = (document.getElementById(id) as HTMLElement).dataset;
  return `${sight} ${width}`;
}

it("measures what has come before the next frame, without waiting for an observer", async () => {
  render(
    <article id="card">
      <Cell id="seen" />
      <Cell id="beyond" />
      <Cell id="below" />
    </article>,
    document.body,
  );
  expect(stateOf("seen")).toBe("false 0");
  // Nothing but microtasks: no frame is drawn meanwhile.
  for (let i = 0; i < 10; i++) await Promise.resolve();
  expect(stateOf("seen")).toBe("true 100");
  // What the card's edge hides, and what is below the window, the observer tells of when it is near.
  expect(stateOf("beyond")).toBe("false 100");
  expect(stateOf("below")).toBe("false 100");
});

it("is in sight at once where that is expected", () => {
  render(<Cell id="below" isExpected />, document.body);
  expect(stateOf("below")).toBe("true 0");
});

it("forgets what has gone before it was measured", async () => {
  render(<Cell id="seen" />, document.body);
  const gone = document.getElementById("seen") as HTMLElement;
  const measured = vi.spyOn(gone, "getBoundingClientRect");
  render(null, document.body);
  await Promise.resolve();
  expect(measured).not.toHaveBeenCalled();
  expect(observed.has(gone)).toBe(false);
});
