/**
 * What a view over steps draws of all steps of a tag in a run, a row for each: of each tag in sight and each run that is
 * shown. A run that has grown is asked for its newer rows alone, until there are twice as many as were asked for: then
 * they are thinned out anew.
 */

import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import type { Column } from "../../api/frame";
import { AnswerError } from "../../api/request";
import { reasonOf } from "../../kit/reason";

/** Rows of a tag in a run. */
export interface Rows {
  revision: number;
  /** How many were recorded. */
  values: number;
  /** The index of each among all that were recorded. */
  row: Column;
  step: Column;
  /** Seconds since the epoch. */
  wallTime: Column;
}

/** A request for one tag and run, by their ids. */
export interface RowsRequest<Detail> {
  tag: string;
  run: string;
  /** No more rows than these are sent, spread evenly. */
  most: number;
  detail: Detail;
  /** The first row that is asked for. */
  from: number;
}

/** A card's request. */
export interface WantedRows<Detail> {
  tag: Tag;
  /** Those that have the tag. */
  runs: readonly Run[];
  most: number;
  /** How much of each row is wanted: another one is another answer. */
  detail: Detail;
}

export interface KnownRows<Held extends Rows, Detail> {
  rows: Held | null;
  /** Why they could not be loaded; null when they could. */
  error: string | null;
  /** Of the run's data of this kind when it was fetched. */
  revision: number;
  connection: number;
  most: number;
  detail: Detail;
}

interface LoaderOptions<Held extends Rows, Detail> {
  /** The name of the kind of data, as in the catalogue. */
  kind: string;
  connection: ReadonlySignal<number>;
  fetch: (asked: RowsRequest<Detail>) => Promise<Held>;
  /** The known rows and those behind the last of them; the newer ones begin with that. */
  append: (known: Held, more: Held) => Held;
}

const MOST_AT_ONCE = 4;
const RETRY_INTERVAL = 2000;
/** Rows of so many tags and runs are kept, those in sight in any case. */
const MOST_KEPT = 300;

interface Asked<Detail> extends Omit<WantedRows<Detail>, "runs"> {
  key: string;
  run: Run;
}

/** Whether newer rows, asked for from the last known row on, go on where the known ones end. */
function goesOn(known: Rows, more: Rows): boolean {
  const last = known.row.length - 1;
  return (
    more.values >= known.values &&
    (last < 0 ||
      (more.row[0] === known.row[last] &&
        more.step[0] === known.step[last] &&
        more.wallTime[0] === known.wallTime[last]))
  );
}

/** Two parts of a column as one. */
export function joined(one: Column, other: Column): Float64Array {
  const all = new Float64Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}

export class RowsLoader<Held extends Rows, Detail> {
  readonly #options: LoaderOptions<Held, Detail>;
  readonly #wanted = signal<ReadonlyMap<string, WantedRows<Detail>>>(new Map());
  readonly #known = new Map<string, Signal<KnownRows<Held, Detail> | null>>();
  readonly #running = new Set<string>();
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LoaderOptions<Held, Detail>) {
    this.#options = options;
    this.#stop = effect(() => {
      void this.#wanted.value;
      void options.connection.value;
      // Not within the effect, which would see what the requests change.
      queueMicrotask(() => this.#ask());
    });
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }

  /** Set a card's request, by the card's name; null when it is out of sight. */
  want(card: string, wanted: WantedRows<Detail> | null): void {
    const all = new Map(this.#wanted.peek());
    if (wanted === null) all.delete(card);
    else all.set(card, wanted);
    this.#wanted.value = all;
  }

  /** What is known of a tag in a run. */
  known(tag: string, run: string): KnownRows<Held, Detail> | null {
    return this.#signal(`${tag}\n${run}`).value;
  }

  /** Whether the rows of a request are there, as of the newest change. */
  isUpToDate(wanted: WantedRows<Detail>): boolean {
    return this.#missing(wanted, (key) => this.#signal(key).value).length === 0;
  }

  #signal(key: string): Signal<KnownRows<Held, Detail> | null> {
    let found = this.#known.get(key);
    if (found === undefined) {
      found = signal<KnownRows<Held, Detail> | null>(null);
      this.#known.set(key, found);
    }
    return found;
  }

  #missing(
    { tag, runs, most, detail }: WantedRows<Detail>,
    of: (key: string) => KnownRows<Held, Detail> | null,
  ): Asked<Detail>[] {
    const connection = this.#options.connection.peek();
    const missing: Asked<Detail>[] = [];
    for (const run of runs) {
      const key = `${tag.name}\n${run.name}`;
      const has = of(key);
      const isThere =
        has?.connection === connection &&
        has.most === most &&
        has.detail === detail &&
        has.revision >= this.#revision(run);
      if (!isThere) missing.push({ key, tag, run, most, detail });
    }
    return missing;
  }

  #revision(run: Run): number {
    return run.kinds[this.#options.kind] ?? 0;
  }

  #ask(): void {
    for (const wanted of this.#wanted.peek().values()) {
      for (const asked of this.#missing(wanted, (key) => this.#signal(key).peek())) {
        if (this.#running.size >= MOST_AT_ONCE) return;
        if (!this.#running.has(asked.key)) void this.#fetch(asked);
      }
    }
  }

  async #fetch({ key, tag, run, most, detail }: Asked<Detail>): Promise<void> {
    const connection = this.#options.connection.peek();
    const { fetch, append } = this.#options;
    const target = this.#signal(key);
    const has = target.peek();
    const revision = this.#revision(run);
    this.#running.add(key);
    try {
      const request = { tag: tag.id, run: run.id, most, detail };
      const goingOn =
        has?.connection === connection && has.most === most && has.detail === detail ? has.rows : null;
      const last = goingOn?.row.at(-1);
      let rows: Held | null = null;
      if (goingOn !== null && last !== undefined && goingOn.row.length < 2 * most) {
        const more = await fetch({ ...request, from: last });
        if (goesOn(goingOn, more)) rows = append(goingOn, more);
      }
      rows ??= await fetch({ ...request, from: 0 });
      target.value = {
        rows,
        error: null,
        revision: Math.max(revision, rows.revision),
        connection,
        most,
        detail,
      };
      this.#trim();
    } catch (error) {
      // An id is unknown after a restart until the catalogue is here; a lost server is said elsewhere.
      const isExpected = error instanceof TypeError || (error instanceof AnswerError && error.status === 404);
      if (!isExpected) {
        const message = reasonOf(error);
        target.value = { rows: has?.rows ?? null, error: message, revision, connection, most, detail };
      } else {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
          this.#running.delete(key);
          this.#ask();
        }, RETRY_INTERVAL);
        return;
      }
    }
    this.#running.delete(key);
    this.#ask();
  }

  #trim(): void {
    if (this.#known.size <= MOST_KEPT) return;
    const inSight = new Set(
      [...this.#wanted.peek().values()].flatMap(({ tag, runs }) =>
        runs.map((run) => `${tag.name}\n${run.name}`),
      ),
    );
    for (const key of this.#known.keys()) if (!inSight.has(key)) this.#known.delete(key);
  }
}
