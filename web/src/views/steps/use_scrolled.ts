/** What a view's grid measures, and which part of it is in sight, from an element that has its styles. */

import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Measures } from "./section_lines";

/** So far beyond the window cards are made, in CSS pixels. */
const MARGIN = 600;
/** At first there are only those in the window, which are on screen sooner so: for so many milliseconds, or until it is scrolled. */
const ALONE = 1000;
/** What is in sight is looked at anew after so many pixels. */
const STRIDE = 200;

/** From the top of the first section, in CSS pixels, with what is near the window. */
export interface Stretch {
  from: number;
  to: number;
}

export interface Scrolled {
  /** Null before the page has been laid out. */
  measures: ReadonlySignal<Measures | null>;
  near: ReadonlySignal<Stretch>;
  /** Where the window begins, from the top of the first section, and how high it is: not before it is laid out. */
  window: () => { top: number; height: number };
  scrollTo: (top: number) => void;
  /** Takes the height of the large card. */
  onLarge: (height: number) => void;
}

type OfStyles = Omit<Measures, "large">;

/**
 * `probe` is a grid with one empty place for a card, the first child of the element that scrolls. It is as wide as the
 * grids of the sections, and takes no room.
 */
export function useScrolled(probe: RefObject<HTMLElement>): Scrolled {
  const measures = useSignal<Measures | null>(null);
  const near = useSignal<Stretch>({ from: 0, to: 0 });
  const page = useRef<Page | null>(null);
  useLayoutEffect(() => {
    const grid = probe.current as HTMLElement;
    const current = new Page(grid, measures, near);
    page.current = current;
    return current.watch();
  }, []);
  const shared = useRef<Scrolled | null>(null);
  shared.current ??= {
    ...{ measures, near },
    window: () => page.current?.window() ?? { top: 0, height: 0 },
    scrollTo: (top) => page.current?.scrollTo(top),
    onLarge: (large) => {
      if (measures.value !== null && measures.value.large !== large)
        measures.value = { ...measures.value, large };
    },
  };
  return shared.current;
}

class Page {
  readonly #grid: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #measures: Signal<Measures | null>;
  readonly #near: Signal<Stretch>;
  #margin = 0;
  /** Where the first section begins, from the top of all that is scrolled. */
  #start = 0;
  /** As it was when the page was last scrolled: what is laid out anew may have moved it since. */
  #top = 0;

  constructor(grid: HTMLElement, measures: Signal<Measures | null>, near: Signal<Stretch>) {
    this.#grid = grid;
    this.#scroller = grid.parentElement as HTMLElement;
    this.#measures = measures;
    this.#near = near;
  }

  /** Ends with what is returned. */
  watch(): () => void {
    const look = (): void => this.#look();
    const measure = (): void => this.#measure();
    const lookBeyond = (): void => {
      clearTimeout(timer);
      this.#margin = MARGIN;
      look();
    };
    const timer = setTimeout(lookBeyond, ALONE);
    measure();
    look();
    const observer = new ResizeObserver(() => {
      measure();
      look();
    });
    for (const element of [this.#scroller, this.#grid.firstElementChild as Element])
      observer.observe(element);
    this.#scroller.addEventListener("scroll", lookBeyond, { passive: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      this.#scroller.removeEventListener("scroll", lookBeyond);
    };
  }

  window(): { top: number; height: number } {
    return { top: this.#top - this.#start, height: this.#scroller.clientHeight };
  }

  scrollTo(top: number): void {
    this.#scroller.scrollTop = top + this.#start;
    this.#look();
  }

  #look(): void {
    this.#top = this.#scroller.scrollTop;
    const { top, height } = this.window();
    const from = Math.floor(top / STRIDE) * STRIDE - this.#margin;
    const to = Math.ceil((top + height) / STRIDE) * STRIDE + this.#margin;
    if (from !== this.#near.peek().from || to !== this.#near.peek().to) this.#near.value = { from, to };
  }

  #measure(): void {
    const { top } = this.#scroller.getBoundingClientRect();
    this.#start = this.#grid.getBoundingClientRect().top - top + this.#scroller.scrollTop;
    const found = ofStyles(this.#grid);
    const known = this.#measures.peek();
    const isKnown = known !== null && KEYS.every((key) => known[key] === found[key]);
    if (!isKnown) this.#measures.value = { ...found, large: known?.large ?? 0 };
  }
}

const KEYS = ["columns", "gap", "heading", "card", "strip"] as const;

function ofStyles(grid: HTMLElement): OfStyles {
  const styles = getComputedStyle(grid);
  const length = (text: string): number => Number.parseFloat(text) || 0;
  return {
    columns: Math.max(1, styles.gridTemplateColumns.split(" ").length),
    gap: length(styles.rowGap),
    heading: length(styles.getPropertyValue("--heading-height")),
    strip: length(styles.getPropertyValue("--strip-height")),
    card: (grid.firstElementChild as Element).getBoundingClientRect().height,
  };
}
