// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it, vi } from "vitest";

/** The browser's, as far as one element needs it. */
class Observer {
  static observed: Element[] = [];
  static changed: () => void = () => undefined;

  constructor(changed: () => void) {
    Observer.changed = changed;
  }

  observe(element: Element): void {
    Observer.observed.push(element);
  }

  disconnect(): void {
    Observer.observed = [];
  }
}

vi.stubGlobal("ResizeObserver", Observer);
const { PlacedCard } = await import("./card_place");

afterEach(() => act(() => render(null, document.body)));

it("has the full width and tells its height where it is large", () => {
  const heights: number[] = [];
  const onHeight = (height: number) => heights.push(height);
  const show = (isExpanded: boolean) => {
    const place = { key: "a", isExpanded, card: () => <p>card</p> };
    act(() => render(<PlacedCard place={place} onHeight={onHeight} />, document.body));
  };
  show(false);
  const place = document.querySelector(".card-place") as HTMLElement;
  expect([place.className, place.textContent, Observer.observed]).toEqual(["card-place", "card", []]);
  show(true);
  expect([place.className, Observer.observed]).toEqual(["card-place is-expanded", [place]]);
  place.getBoundingClientRect = () => ({ height: 512.5 }) as DOMRect;
  Observer.changed();
  expect(heights).toEqual([512.5]);
  show(false);
  expect([place.className, Observer.observed]).toEqual(["card-place", []]);
});

it("is a row where it is said to be one", () => {
  const place = { key: "a", isRow: true, card: () => <p>strip</p> };
  act(() => render(<PlacedCard place={place} onHeight={() => undefined} />, document.body));
  expect(document.querySelector(".card-place")?.className).toBe("card-place is-row");
});
