// @vitest-environment happy-dom

import { type Signal, signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { MediaStore, type Stored } from "./media_store";
import type { ShownMedia } from "./shown_media";
import { useMedia } from "./use_media";

interface Fake extends Stored {
  name: string;
}

let store: MediaStore<Fake>;
let wanted: Signal<ShownMedia | null>;
let asked: string[];
let arrive: () => void;
/** What was on screen, drawing by drawing. */
let drawn: string[];

function fake(name: string): Fake {
  return { name, bytes: 1, isFull: true, close: () => undefined };
}

function shown(key: string, run = "r0"): ShownMedia {
  return { key, tag: "v0", run, index: 0, part: 0, step: 0, wallTime: 0, bytes: 1 };
}

function Place() {
  const load = ({ key }: ShownMedia) =>
    new Promise<Fake>((resolve) => {
      asked.push(key);
      arrive = () => resolve(fake(key));
    });
  const state = useMedia(store, wanted, false, load).value;
  const of = state.shown === null ? "" : ` of ${state.shown.run}`;
  drawn.push(`${state.media?.name ?? "nothing"}${of}${state.isLoading ? ", loading" : ""}`);
  return null;
}

beforeEach(() => {
  store = new MediaStore<Fake>({ mostBytes: 100, simultaneous: 2 });
  wanted = signal<ShownMedia | null>(shown("a"));
  asked = [];
  drawn = [];
});

afterEach(() => render(null, document.body));

it("draws what is known at once, and once", async () => {
  store.offer("a", fake("a"));
  await act(async () => render(<Place />, document.body));
  expect([drawn, asked]).toEqual([["a of r0"], []]);
});

it("keeps what was there until the next has come", async () => {
  await act(async () => render(<Place />, document.body));
  await act(async () => arrive());
  await act(async () => {
    wanted.value = shown("b");
  });
  await act(async () => arrive());
  expect(drawn).toEqual(["nothing", "nothing, loading", "a of r0", "a of r0, loading", "b of r0"]);
  drawn = [];
  // Of a server started anew it is the same picture under other ids.
  await act(async () => {
    wanted.value = shown("b", "r1");
  });
  expect([drawn, asked]).toEqual([["b of r1"], ["a", "b"]]);
});
