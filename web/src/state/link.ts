/**
 * The state of the page, as the URL's fragment: names and never ids, so that a link outlives the server.
 *
 * The fragment is made of slices: the runs have one, the shared place has one, each view has one of its own. A slice
 * owns its parameters, reads them when its module is loaded, and is the only one that writes them. Parameters of a view
 * that has not been loaded yet stay in the fragment as they are.
 */

import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";

/** How a slice stands in the fragment. */
export interface Codec<State> {
  /** The names of the parameters it owns; no other slice has one of them. */
  readonly parameters: readonly string[];
  /** Write the fields that differ from the initial state. */
  encode(state: State, parameters: URLSearchParams): void;
  /** Read the fragment; fields that it leaves out, or has wrong, are as in the initial state. */
  decode(parameters: URLSearchParams): State;
}

export interface Slice<State extends object> {
  readonly state: ReadonlySignal<State>;
  /**
   * The state, field by field: a reader of one field is told only when that field changes, so that a zoom redraws charts
   * and nothing else.
   */
  readonly fields: Readonly<State>;
  change(change: Partial<State>): void;
}

interface Part {
  readonly parameters: readonly string[];
  write(parameters: URLSearchParams): void;
  read(parameters: URLSearchParams): void;
}

function parametersOf(fragment: string): URLSearchParams {
  return new URLSearchParams(fragment.replace(/^#/u, ""));
}

const parts = signal<readonly Part[]>([]);
/** The fragment's text when it was last read. */
const given = signal(parametersOf(location.hash));

export function slice<State extends object>({ parameters, encode, decode }: Codec<State>): Slice<State> {
  const state = signal(decode(given.peek()));
  const fields = {} as Readonly<State>;
  for (const name of Object.keys(state.peek()) as (keyof State)[]) {
    const field = computed(() => state.value[name]);
    Object.defineProperty(fields, name, { enumerable: true, get: () => field.value });
  }
  const part: Part = {
    parameters,
    write: (written) => encode(state.value, written),
    read: (found) => {
      state.value = decode(found);
    },
  };
  parts.value = [...parts.peek(), part];
  return {
    state,
    fields,
    change: (change) => {
      state.value = { ...state.peek(), ...change };
    },
  };
}

/** The fragment without its "#"; empty for the initial state. */
function fragmentOf(kept: ReadonlySet<string>): string {
  const written = new URLSearchParams();
  for (const part of parts.value) part.write(written);
  const owned = new Set(parts.value.flatMap((part) => part.parameters));
  for (const [name, value] of given.value)
    if (kept.has(name) && !owned.has(name)) written.append(name, value);
  return written.toString();
}

const listeners = new Set<() => void>();

/** Be told when another link has been opened in this page. */
export function onOpened(listener: () => void): void {
  listeners.add(listener);
}

/** Keep fragment and state the same, in both directions. `kept` names the parameters of views that may not be loaded. */
export function startLink(kept: ReadonlySet<string>): void {
  effect(() => {
    const fragment = fragmentOf(kept);
    if (fragment === location.hash.replace(/^#/u, "")) return;
    // An empty fragment would leave a lone "#"; the address without one is the same page.
    history.replaceState(
      history.state,
      "",
      fragment === "" ? location.pathname + location.search : `#${fragment}`,
    );
  });
  addEventListener("hashchange", () => {
    batch(() => {
      given.value = parametersOf(location.hash);
      for (const part of parts.peek()) part.read(given.peek());
    });
    for (const listener of listeners) listener();
  });
}
