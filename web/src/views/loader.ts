/**
 * Fetches what charts need, several in one request.
 *
 * A chart asks for all its runs when what it shows changed (axis, scale, range, width), and else only for runs that are
 * new to it or have grown. Data stay by the run's name, so that a server started anew changes nothing on screen.
 */

import type { Run, Tag } from "../api/catalogue";
import { AnswerError } from "../api/request";
import {
  type Axis,
  type ChartAnswer,
  type ChartRequest,
  fetchScalars,
  type Range,
  type Scale,
} from "../api/scalars";
import type { Smoothing } from "../api/smoothing";
import type { Line } from "../charts/line";

/** What a chart is to show. */
export interface Wish {
  tag: Tag;
  runs: readonly Run[];
  axis: Axis;
  scale: Scale;
  range: Range | null;
  pixels: number;
  smoothing: Smoothing | null;
  connection: number;
}

export interface ChartData {
  /** The axis that the server chose. */
  axis: Axis;
  scale: Scale;
  range: Range | null;
  /** By the run's name. */
  lines: ReadonlyMap<string, readonly Line[]>;
}

/** Names what can not be mixed in one chart. */
function keyOf(wish: Wish): string {
  return JSON.stringify([wish.axis, wish.scale, wish.range, wish.pixels, wish.smoothing]);
}

const MOST_CHARTS = 8;
const MOST_REQUESTS = 2;
/** Growing curves are drawn again at most this often, in milliseconds. */
const LIVE_INTERVAL = 500;

export class ChartLoader {
  #key = "";
  #connection = -1;
  /** The revision of the log directory at which each run, by name, was fetched. */
  #fetched = new Map<string, number>();
  #data: ChartData | null = null;
  #wish: Wish | null = null;
  #isBusy = false;
  #lastFetch = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onData: (data: ChartData) => void;
  readonly #onError: (message: string | null) => void;

  constructor(onData: (data: ChartData) => void, onError: (message: string | null) => void) {
    this.#onData = onData;
    this.#onError = onError;
  }

  /** Say what is to be shown; null for nothing, as the chart is out of sight. */
  want(wish: Wish | null): void {
    this.#wish = wish;
    this.#plan();
  }

  /** Whether what is on screen is what was asked for last, in kind: it may still grow. */
  isUpToDate(): boolean {
    const wish = this.#wish;
    return wish !== null && this.#key === keyOf(wish) && this.#missing(wish, false).length === 0;
  }

  destroy(): void {
    this.#wish = null;
    clearTimeout(this.#timer);
  }

  #missing(wish: Wish, withGrown: boolean): Run[] {
    const having = new Set(wish.tag.runs);
    const isStale = wish.connection !== this.#connection;
    return wish.runs.filter((run) => {
      if (!having.has(run.id)) return false;
      const fetched = this.#fetched.get(run.name);
      return fetched === undefined || (withGrown && (isStale || run.revision > fetched));
    });
  }

  #plan(): void {
    const wish = this.#wish;
    clearTimeout(this.#timer);
    if (wish === null || this.#isBusy) return;
    const isNew = this.#key !== keyOf(wish);
    const having = new Set(wish.tag.runs);
    const runs = isNew ? wish.runs.filter((run) => having.has(run.id)) : this.#missing(wish, true);
    if (runs.length === 0) return;
    const isGrowth =
      !isNew && this.#missing(wish, false).length === 0 && wish.connection === this.#connection;
    const wait = isGrowth ? this.#lastFetch + LIVE_INTERVAL - performance.now() : 0;
    if (wait > 0) this.#timer = setTimeout(() => this.#plan(), wait);
    else void this.#fetch(wish, runs, isNew);
  }

  async #fetch(wish: Wish, runs: readonly Run[], isNew: boolean): Promise<void> {
    this.#isBusy = true;
    try {
      const { tag, axis, scale, range, pixels, smoothing } = wish;
      const asked = { tag: tag.id, runs: runs.map((run) => run.id), axis, scale, range, pixels, smoothing };
      const { answer, revision } = await enqueue(asked);
      this.#take(wish, runs, isNew, answer, revision);
      this.#onError(null);
    } catch (error) {
      // An id is unknown after a restart until the catalogue is here; a lost server is said elsewhere.
      const isExpected = error instanceof TypeError || (error instanceof AnswerError && error.status === 404);
      if (!isExpected) this.#onError(error instanceof Error ? error.message : String(error));
      this.#timer = setTimeout(() => this.#plan(), 2000);
      return;
    } finally {
      this.#isBusy = false;
      this.#lastFetch = performance.now();
    }
    this.#plan();
  }

  #take(wish: Wish, runs: readonly Run[], isNew: boolean, answer: ChartAnswer, revision: number): void {
    const isOutdated = this.#wish !== null && keyOf(this.#wish) !== keyOf(wish);
    if (isOutdated) return;
    // The axis can change as a run grows: then what was fetched before does not fit.
    const fits =
      !isNew && this.#data !== null && this.#data.axis === answer.axis && this.#data.scale === answer.scale;
    if (!fits && !isNew) {
      this.#key = "";
      return;
    }
    const lines = new Map(fits ? this.#data?.lines : []);
    // A new connection may be to another life of the server, whose revisions do not compare: all runs were asked for.
    if (!fits || wish.connection !== this.#connection) this.#fetched.clear();
    for (const run of runs) {
      lines.set(run.name, answer.lines.get(run.id) ?? []);
      this.#fetched.set(run.name, revision);
    }
    this.#key = keyOf(wish);
    this.#connection = wish.connection;
    this.#data = { axis: answer.axis, scale: answer.scale, range: wish.range, lines };
    this.#onData(this.#data);
  }
}

interface Waiting {
  asked: ChartRequest;
  resolve: (result: { answer: ChartAnswer; revision: number }) => void;
  reject: (error: unknown) => void;
}

let queue: Waiting[] = [];
let running = 0;
let isPumpPlanned = false;

function enqueue(asked: ChartRequest): Promise<{ answer: ChartAnswer; revision: number }> {
  return new Promise((resolve, reject) => {
    queue.push({ asked, resolve, reject });
    if (isPumpPlanned) return;
    isPumpPlanned = true;
    // Charts that become visible together ask in the same turn, and go in one request.
    setTimeout(pump, 0);
  });
}

function pump(): void {
  isPumpPlanned = false;
  while (queue.length > 0 && running < MOST_REQUESTS) {
    const waiting = queue.slice(0, MOST_CHARTS);
    queue = queue.slice(MOST_CHARTS);
    running++;
    void send(waiting).finally(() => {
      running--;
      pump();
    });
  }
}

async function send(waiting: Waiting[]): Promise<void> {
  try {
    const { revision, charts } = await fetchScalars(waiting.map(({ asked }) => asked));
    for (const [i, { resolve }] of waiting.entries()) resolve({ answer: charts[i], revision });
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}
