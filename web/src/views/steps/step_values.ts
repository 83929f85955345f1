/**
 * The values of a view over steps: of each tag in sight and each run that is shown, where its values are, and the one at
 * the shared place. All that is missing or has grown is asked for in one request; while one is under way the next is
 * collected, and values on screen stay until their successors are there.
 */

import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import { AnswerError } from "../../api/request";
import {
  fetchValues,
  type Place,
  type ValueSeries,
  type ValuesAnswer,
  type ValuesRequest,
} from "../../api/values";
import { reasonOf } from "../../kit/reason";
import { indexAt, unionOfSteps } from "./steps_order";

/** A request for one tag. */
export interface Wanted {
  tag: Tag;
  /** Those that have the tag. */
  runs: readonly Run[];
}

/** The values of one tag in one run, and which of them is shown. */
export type ShownSeries = Omit<ValueSeries, "tag" | "run">;

export interface StepValuesOptions {
  /** The name of the kind of data, as in the catalogue. */
  kind: string;
  /** The place; null for the newest. */
  place: ReadonlySignal<Place | null>;
  connection: ReadonlySignal<number>;
  /**
   * Whether the values are wanted too, as they are by default; else their places alone. Then a place among steps is found
   * here, and a step to another one asks for nothing.
   */
  hasValues?: boolean;
  /** Whether the values of a run that has grown are wanted again; by default they are. */
  isNeeded?: (tag: Tag, run: Run) => boolean;
  fetch?: (asked: ValuesRequest) => Promise<ValuesAnswer>;
}

interface Known {
  /** Of the log directory, when it was fetched. */
  revision: number;
  connection: number;
  place: string;
  series: ShownSeries | null;
}

interface Pair {
  tag: Tag;
  run: Run;
}

/** Tags and runs of one request; the server takes no more pairs. */
const MOST_PAIRS = 2000;
const RETRY_INTERVAL = 2000;

/** Names a tag in a run: by names, so that a server started anew changes nothing on screen. */
function keyOf(tag: string, run: string): string {
  return `${tag}\n${run}`;
}

export class StepValues {
  readonly #options: StepValuesOptions;
  readonly #wanted = signal<ReadonlyMap<string, Wanted>>(new Map());
  readonly #known = signal<ReadonlyMap<string, Known>>(new Map());
  readonly #isBusy = signal(false);
  readonly #retries = signal(0);
  readonly #error = signal<string | null>(null);
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StepValuesOptions) {
    this.#options = options;
    this.#stop = effect(() => {
      void this.#retries.value;
      if (this.#missing().length === 0 || this.#isBusy.value) return;
      // Cards that come into sight together are asked for together.
      let isNewest = true;
      queueMicrotask(() => {
        if (isNewest) void this.#fetch(untracked(() => this.#missing()));
      });
      return () => {
        isNewest = false;
      };
    });
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }

  /** Why the last request failed; null when it did not. */
  get error(): ReadonlySignal<string | null> {
    return this.#error;
  }

  /** Set a card's request, by the card's name; null when it is out of sight. */
  want(card: string, wanted: Wanted | null): void {
    const all = new Map(this.#wanted.peek());
    if (wanted === null) all.delete(card);
    else all.set(card, wanted);
    this.#wanted.value = all;
  }

  /**
   * Ask at once for values that will be wanted; what is answered is known when `until` is fulfilled too. Ends when it is
   * known, or cannot be had now.
   */
  async askAhead(soon: readonly Wanted[], until: Promise<void>): Promise<void> {
    const missing = untracked(() => soon.flatMap((wanted) => this.#missingOf(wanted)));
    if (missing.length > 0 && !this.#isBusy.peek()) await this.#fetch(missing, until);
  }

  /** The known values of a tag in a run; null where none is known yet, or where the run has none. */
  series(tag: string, run: string): ShownSeries | null {
    const series = this.#known.value.get(keyOf(tag, run))?.series ?? null;
    const place = this.#options.place.value;
    if (series === null || !this.#isFoundHere(place)) return series;
    return { ...series, at: place === null ? series.step.length - 1 : indexAt(series.step, place.x) };
  }

  /** Whether the index of the value at a place follows from the steps. */
  #isFoundHere(place: Place | null): boolean {
    return this.#options.hasValues === false && (place === null || place.axis === "step");
  }

  /** The place that the server is asked for. */
  #askedPlace(place: Place | null): Place | null {
    return this.#isFoundHere(place) ? null : place;
  }

  /** Whether all of one request is there, as of the newest change; nothing is, before it is made. */
  has(wanted: Wanted): boolean {
    return this.#missingOf(wanted).length === 0;
  }

  /** The steps of all that is wanted, rising, each once. */
  readonly steps = computed<readonly number[]>(() => {
    const known = this.#known.value;
    return unionOfSteps(
      [...this.#wanted.value.values()].flatMap(({ tag, runs }) =>
        runs.map((run) => known.get(keyOf(tag.name, run.name))?.series?.step ?? []),
      ),
    );
  });

  #missing(): Pair[] {
    return [...this.#wanted.value.values()].flatMap((wanted) => this.#missingOf(wanted));
  }

  #missingOf({ tag, runs }: Wanted): Pair[] {
    const { kind, isNeeded } = this.#options;
    const connection = this.#options.connection.value;
    const place = placeKey(this.#askedPlace(this.#options.place.value));
    const known = this.#known.value;
    return runs.flatMap((run) => {
      const has = known.get(keyOf(tag.name, run.name));
      const isThere = has !== undefined && has.connection === connection && has.place === place;
      const hasGrown = (run.kinds[kind] ?? 0) > (has?.revision ?? -1);
      return isThere && !(hasGrown && (isNeeded?.(tag, run) ?? true)) ? [] : [{ tag, run }];
    });
  }

  async #fetch(missing: readonly Pair[], until = Promise.resolve()): Promise<void> {
    this.#isBusy.value = true;
    const connection = this.#options.connection.peek();
    const place = this.#askedPlace(this.#options.place.peek());
    const asked = oneRequest(missing);
    const tags = new Map(asked.map(({ tag }) => [tag.id, tag]));
    const runs = new Map(asked.map(({ run }) => [run.id, run]));
    try {
      const fetch = this.#options.fetch ?? fetchValues;
      const values = this.#options.hasValues ?? true;
      const request = { tags: [...tags.keys()], runs: [...runs.keys()], at: place, values };
      const [{ revision, series }] = await Promise.all([fetch(request), until]);
      const known = new Map(this.#known.peek());
      for (const tag of tags.values())
        for (const run of runs.values())
          known.set(keyOf(tag.name, run.name), {
            revision,
            connection,
            place: placeKey(place),
            series: null,
          });
      for (const { tag, run, ...rest } of series) {
        const [tagName, runName] = [tags.get(tag)?.name, runs.get(run)?.name];
        if (tagName === undefined || runName === undefined) continue;
        known.set(keyOf(tagName, runName), { revision, connection, place: placeKey(place), series: rest });
      }
      this.#error.value = null;
      this.#known.value = known;
    } catch (error) {
      // An id is unknown after a restart until the catalogue is here; a lost server is said elsewhere.
      const isExpected = error instanceof TypeError || (error instanceof AnswerError && error.status === 404);
      this.#error.value = isExpected ? null : reasonOf(error);
      this.#timer = setTimeout(() => {
        this.#isBusy.value = false;
        this.#retries.value++;
      }, RETRY_INTERVAL);
      return;
    }
    this.#isBusy.value = false;
  }
}

function placeKey(place: Place | null): string {
  return place === null ? "" : `${place.axis}:${place.x}`;
}

/** As many pairs as one request may have: its tags times its runs. */
function oneRequest(missing: readonly Pair[]): Pair[] {
  const tags = new Set<string>();
  const runs = new Set<string>();
  const taken: Pair[] = [];
  for (const pair of missing) {
    const tagCount = tags.size + Number(!tags.has(pair.tag.id));
    const runCount = runs.size + Number(!runs.has(pair.run.id));
    if (taken.length > 0 && tagCount * runCount > MOST_PAIRS) break;
    tags.add(pair.tag.id);
    runs.add(pair.run.id);
    taken.push(pair);
  }
  return taken;
}
