/**
 * The state of the page, as the URL's fragment: names and never ids, so that a link outlives the server.
 *
 * The fragment is made of slices: the runs have one, the shared place has one, each view has one of its own. A slice
 * owns its parameters, reads them when its module is loaded, and is the only one that writes them. Parameters of a view
 * that has not been loaded yet stay in the fragment as they are.
 */

import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";

/**
 * How a slice stands in the fragment.
 *
 * A change of a field in `steps` is a step of the browser's history; any other one is written into the entry that is
 * there. Back and Forward bring the fields in `steps` and in `alongside` to what they were, and leave the others as they
 * are: what was typed in between, or which runs were hidden, is not taken back.
 */
export interface Codec<State> {
  /** The names of the parameters it owns; no other slice has one of them. */
  readonly parameters: readonly string[];
  /** Write the fields that differ from the initial state. */
  encode(state: State, parameters: URLSearchParams): void;
  /** Read the fragment; fields that it leaves out, or has wrong, are as in the initial state. */
  decode(parameters: URLSearchParams): State;
  readonly steps?: readonly (keyof State)[];
  /** Fields that come and go with those in `steps`, and are no step by themselves. */
  readonly alongside?: readonly (keyof State)[];
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
  /** Read what Back and Forward bring, and nothing else. */
  readSteps(parameters: URLSearchParams): void;
  /** The fields that are steps: by their identity, as a field that changes has another value. */
  steps(): readonly unknown[];
}

function parametersOf(fragment: string): URLSearchParams {
  return new URLSearchParams(fragment.replace(/^#/u, ""));
}

const parts = signal<readonly Part[]>([]);
/** The fragment's text when it was last read. */
const given = signal(parametersOf(location.hash));

export function slice<State extends object>(codec: Codec<State>): Slice<State> {
  const { parameters, encode, decode, steps = [], alongside = [] } = codec;
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
    readSteps: (found) => {
      const decoded = decode(found);
      const then = [...steps, ...alongside].map((name) => [name, decoded[name]]);
      state.value = { ...state.peek(), ...(Object.fromEntries(then) as Partial<State>) };
    },
    steps: () => steps.map((name) => state.peek()[name]),
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

/** Changes of the same fields that follow within so many milliseconds are one step: a wheel, a key held down. */
const ONE_STEP = 1000;

/** What an entry of the history that is ours says: which opened link it is of. */
interface Entry {
  opened: number;
}

function entryOf(state: unknown): Entry | null {
  const opened: unknown = (state as Partial<Entry> | null)?.opened;
  return typeof opened === "number" ? { opened } : null;
}

/** The fields of all parts that are steps, in order; and which of them are others than before. */
function stepsNow(): unknown[] {
  return parts.peek().flatMap((part) => part.steps());
}

/** Keep fragment and state the same, in both directions. `kept` names the parameters of views that may not be loaded. */
export function startLink(kept: ReadonlySet<string>): void {
  let opened = entryOf(history.state)?.opened ?? Date.now();
  let known = stepsNow();
  let lastChanged = "";
  let lastTime = Number.NEGATIVE_INFINITY;
  let isReading = false;
  let isStarted = false;

  /** Whether a field that is a step has changed since the last time, and not a moment ago already. */
  function isStep(): boolean {
    const now = stepsNow();
    const changed = now.flatMap((value, i) => (i < known.length && value !== known[i] ? [i] : []));
    known = now;
    if (changed.length === 0 || isReading) return false;
    const time = Date.now();
    const goesOn = String(changed) === lastChanged && time - lastTime < ONE_STEP;
    lastChanged = String(changed);
    lastTime = time;
    return !goesOn;
  }

  function take(read: (part: Part, found: URLSearchParams) => void): void {
    isReading = true;
    batch(() => {
      given.value = parametersOf(location.hash);
      for (const part of parts.peek()) read(part, given.peek());
    });
    isReading = false;
    lastChanged = "";
  }

  // Another link may have been opened since this file was run: views and the program come later.
  take((part, found) => part.read(found));
  effect(() => {
    const fragment = fragmentOf(kept);
    const isPushed = isStep();
    // A link has been opened that is not taken yet: its event is on the way.
    if (isStarted && entryOf(history.state) === null) return;
    isStarted = true;
    if (fragment === location.hash.replace(/^#/u, "") && entryOf(history.state) !== null) return;
    // An empty fragment would leave a lone "#"; the address without one is the same page.
    const address = fragment === "" ? location.pathname + location.search : `#${fragment}`;
    if (isPushed) history.pushState({ opened }, "", address);
    else history.replaceState({ opened }, "", address);
  });

  addEventListener("popstate", ({ state }) => {
    const entry = entryOf(state);
    if (entry?.opened === opened) take((part, found) => part.readSteps(found));
  });
  addEventListener("hashchange", () => {
    const entry = entryOf(history.state);
    // Back and Forward within the link that is open have been taken already.
    if (entry?.opened === opened) return;
    opened = entry?.opened ?? Math.max(Date.now(), opened + 1);
    history.replaceState({ opened }, "");
    take((part, found) => part.read(found));
    for (const listener of listeners) listener();
  });
}
