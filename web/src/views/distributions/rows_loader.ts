/**
 * The histograms of each tag in sight and each run that is shown, over their steps. A run that has grown is asked for its
 * newer rows alone, until there are twice as many as were asked for: then they are thinned out anew.
 */

import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import { fetchHistograms, type HistogramRows, type HistogramsRequest } from "../../api/histograms";
import { AnswerError } from "../../api/request";
import { appended, goesOn } from "./run_rows";

/** A card's request. */
export interface WantedRows {
  tag: Tag;
  /** Those that have the tag. */
  runs: readonly Run[];
  most: number;
  bins: number | null;
}

export interface KnownRows {
  rows: HistogramRows | null;
  /** Why they could not be loaded; null when they could. */
  error: string | null;
  /** Of the run's data of this kind when it was fetched. */
  revision: number;
  connection: number;
  most: number;
  bins: number | null;
}

interface LoaderOptions {
  kind: string;
  connection: ReadonlySignal<number>;
  fetch?: (asked: HistogramsRequest) => Promise<HistogramRows>;
}

const MOST_AT_ONCE = 4;
const RETRY_INTERVAL = 2000;
/** Rows of so many tags and runs are kept, those in sight in any case. */
const MOST_KEPT = 300;

interface Asked extends Omit<WantedRows, "runs"> {
  key: string;
  run: Run;
}

export class RowsLoader {
  readonly #options: LoaderOptions;
  readonly #wanted = signal<ReadonlyMap<string, WantedRows>>(new Map());
  readonly #known = new Map<string, Signal<KnownRows | null>>();
  readonly #running = new Set<string>();
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LoaderOptions) {
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
  want(card: string, wanted: WantedRows | null): void {
    const all = new Map(this.#wanted.peek());
    if (wanted === null) all.delete(card);
    else all.set(card, wanted);
    this.#wanted.value = all;
  }

  /** What is known of a tag in a run. */
  known(tag: string, run: string): KnownRows | null {
    return this.#signal(`${tag}\n${run}`).value;
  }

  /** Whether the rows of a request are there, as of the newest change. */
  isUpToDate(wanted: WantedRows): boolean {
    return this.#missing(wanted, (key) => this.#signal(key).value).length === 0;
  }

  #signal(key: string): Signal<KnownRows | null> {
    let found = this.#known.get(key);
    if (found === undefined) {
      found = signal<KnownRows | null>(null);
      this.#known.set(key, found);
    }
    return found;
  }

  #missing({ tag, runs, most, bins }: WantedRows, of: (key: string) => KnownRows | null): Asked[] {
    const connection = this.#options.connection.peek();
    const missing: Asked[] = [];
    for (const run of runs) {
      const key = `${tag.name}\n${run.name}`;
      const has = of(key);
      const isThere =
        has?.connection === connection &&
        has.most === most &&
        has.bins === bins &&
        has.revision >= this.#revision(run);
      if (!isThere) missing.push({ key, tag, run, most, bins });
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

  async #fetch({ key, tag, run, most, bins }: Asked): Promise<void> {
    const connection = this.#options.connection.peek();
    const fetch = this.#options.fetch ?? fetchHistograms;
    const target = this.#signal(key);
    const has = target.peek();
    const revision = this.#revision(run);
    this.#running.add(key);
    try {
      const request = { tag: tag.id, run: run.id, most, bins };
      const goingOn =
        has?.connection === connection && has.most === most && has.bins === bins ? has.rows : null;
      const last = goingOn?.row.at(-1);
      let rows: HistogramRows | null = null;
      if (goingOn !== null && last !== undefined && goingOn.row.length < 2 * most) {
        const more = await fetch({ ...request, from: last });
        if (goesOn(goingOn, more)) rows = appended(goingOn, more);
      }
      rows ??= await fetch({ ...request, from: 0 });
      target.value = {
        rows,
        error: null,
        revision: Math.max(revision, rows.revision),
        connection,
        most,
        bins,
      };
      this.#trim();
    } catch (error) {
      // An id is unknown after a restart until the catalogue is here; a lost server is said elsewhere.
      const isExpected = error instanceof TypeError || (error instanceof AnswerError && error.status === 404);
      if (!isExpected) {
        const message = error instanceof Error ? error.message : String(error);
        target.value = { rows: has?.rows ?? null, error: message, revision, connection, most, bins };
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
