// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

/** The browser's, as far as one observer for all places needs it: a test says what is near. */
class Observer {
  static all: Observer[] = [];
  readonly observed = new Set<Element>();
  readonly #tell: (entries: { target: Element; isIntersecting: boolean }[]) => void;

  constructor(tell: (entries: { target: Element; isIntersecting: boolean }[]) => void) {
    this.#tell = tell;
    Observer.all.push(this);
  }

  observe(element: Element): void {
    this.observed.add(element);
  }

  unobserve(element: Element): void {
    this.observed.delete(element);
  }

  tell(...near: [Element, boolean][]): void {
    this.#tell(near.map(([target, isIntersecting]) => ({ target, isIntersecting })));
  }
}

vi.stubGlobal("IntersectionObserver", Observer);
const { LazyCard } = await import("./lazy_card");
const [observer] = Observer.all;
const scrolled: [Element, unknown][] = [];

beforeEach(() => {
  scrolled.length = 0;
  Element.prototype.scrollIntoView = function (options) {
    scrolled.push([this, options]);
  };
});

afterEach(() => act(() => render(null, document.body)));

function places(): Element[] {
  return [...document.querySelectorAll(".card-place")];
}

it("has a card only while its place is near", () => {
  let made = 0;
  const card = () => {
    made++;
    return <p>card</p>;
  };
  const both = ["a", "b"].map((name) => <LazyCard key={name} name={name} card={card} />);
  act(() => render(both, document.body));
  const [one, other] = places();
  expect([made, observer.observed.size, Observer.all.length]).toEqual([0, 2, 1]);
  act(() => observer.tell([one, true], [other, false]));
  expect([made, one.textContent, other.textContent]).toEqual([1, "card", ""]);
  act(() => observer.tell([one, false], [other, true]));
  expect([one.textContent, other.textContent]).toEqual(["", "card"]);
});

it("is no longer looked at when it goes, and what is told late harms nothing", () => {
  act(() => render(<LazyCard name="a" card={() => <p>card</p>} />, document.body));
  const [place] = places();
  act(() => render(null, document.body));
  expect(observer.observed.size).toBe(0);
  act(() => observer.tell([place, true]));
  expect(place.textContent).toBe("");
});

it("is scrolled to when it is sought, once, and no other is", () => {
  const sought = signal<string | null>(null);
  const both = ["a", "b"].map((name) => (
    <LazyCard key={name} name={name} sought={sought} card={() => <p>card</p>} />
  ));
  act(() => render(both, document.body));
  expect(scrolled).toEqual([]);
  act(() => {
    sought.value = "b";
  });
  expect(scrolled).toEqual([[places()[1], { block: "center" }]]);
  expect(sought.value).toBe(null);
  // Of a name that nobody has, it stays for a card that is still to come.
  act(() => {
    sought.value = "c";
  });
  expect([scrolled.length, sought.value]).toEqual([1, "c"]);
});

it("has the full width where it is expanded, and is brought to the top then", () => {
  const shown = (isExpanded: boolean) => (
    <LazyCard name="a" isExpanded={isExpanded} card={() => <p>card</p>} />
  );
  act(() => render(shown(false), document.body));
  const [place] = places();
  expect([place.className, scrolled.length]).toEqual(["card-place", 0]);
  act(() => render(shown(true), document.body));
  expect(place.className).toBe("card-place is-expanded");
  expect(scrolled).toEqual([[place, { block: "start" }]]);
});
