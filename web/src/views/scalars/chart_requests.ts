/**
 * Queries that charts send at about the same time go in few requests, two of them under way at most: small
 * ones, so that the first charts are there while the others are still being reduced. Urgent ones go first, then those at
 * the top left of the page.
 */

import { signal } from "@preact/signals";
import { fetchGroups, type GroupsChart, type GroupsRequest } from "../../api/groups";
import { type ChartAnswer, type ChartRequest, fetchScalars } from "../../api/scalars";

const MOST_CHARTS = 16;
/** Of the charts of a request together, unless one has more by itself. */
const MOST_LINES = 160;
/** As many charts of few pixels take what one of the usual size does; 256 are what the server accepts at once. */
const SMALL_IN_ONE = 16;
const MOST_REQUESTS = 2;
/** A request for more lines than these goes alone: with another one beside it each would take twice as long. */
const LINES_ALONE = 1000;

/** The urgency of a query, and its place among others. */
export interface Asking {
  /** How many runs the request is for. */
  lines: number;
  /** Whether it is for the chart that the user acts on. */
  isUrgent: boolean;
  /** Whether few pixels are asked for. */
  isSmall: boolean;
  /** The element that it is for; null where there is none on the page. */
  place: () => Element | null;
}

export interface Answered<Chart> {
  chart: Chart;
  /** The log directory's, when it was answered. */
  revision: number;
}

interface Waiting<Request, Chart> {
  asked: Request;
  asking: Asking;
  resolve: (answer: Answered<Chart>) => void;
  reject: (error: unknown) => void;
}

/** How many charts have been asked for that no request has been sent of yet. */
export const chartsWaiting = signal(0);

/** More than any page is high, in CSS pixels. */
const FAR = 1e9;

/** The place in reading order: first what is in the window or below it, then what is above. */
function rankOf(element: Element | null): number {
  if (element === null) return 0;
  const box = element.getBoundingClientRect();
  const top = box.bottom < 0 ? FAR - box.top : box.top;
  return top + box.left / FAR;
}

export class RequestQueue<Request, Chart> {
  #waiting: Waiting<Request, Chart>[] = [];
  #running = 0;
  #isPumpScheduled = false;
  /** Whether the request under way is to have the server for itself. */
  #isAlone = false;
  #isSorted = true;
  /** How many of those that wait are in `chartsWaiting`. */
  #told = 0;
  readonly #fetch: (charts: Request[]) => Promise<{ revision: number; charts: Chart[] }>;

  constructor(fetch: (charts: Request[]) => Promise<{ revision: number; charts: Chart[] }>) {
    this.#fetch = fetch;
  }

  ask(asked: Request, asking: Asking): Promise<Answered<Chart>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, asking, resolve, reject });
      this.#isSorted = false;
      if (this.#isPumpScheduled) return;
      this.#isPumpScheduled = true;
      // Charts that become visible together ask in the same turn: their request is under way while the frame is drawn.
      queueMicrotask(() => this.#pump());
    });
  }

  #pump(): void {
    this.#isPumpScheduled = false;
    while (this.#waiting.length > 0 && this.#running < MOST_REQUESTS && !this.#isAlone) {
      const sent = this.#next();
      this.#running++;
      const lines = sent.reduce((sum, { asking }) => sum + asking.lines, 0);
      this.#isAlone = sent[0].asking.isUrgent || lines > LINES_ALONE;
      void this.#send(sent).finally(() => {
        this.#running--;
        this.#isAlone = false;
        this.#pump();
      });
    }
    chartsWaiting.value += this.#waiting.length - this.#told;
    this.#told = this.#waiting.length;
  }

  #next(): Waiting<Request, Chart>[] {
    this.#sort();
    // An urgent query goes alone, so that no other one holds it up.
    if (this.#waiting[0].asking.isUrgent) return this.#waiting.splice(0, 1);
    let share = 0;
    let count = 0;
    for (const { asking } of this.#waiting) {
      const own = Math.max(1 / MOST_CHARTS, asking.lines / MOST_LINES);
      share += asking.isSmall ? own / SMALL_IN_ONE : own;
      if (count > 0 && share > 1 + 1e-9) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  /** Cards that come into sight together ask in whatever order the browser tells them of it. */
  #sort(): void {
    if (this.#isSorted) return;
    this.#isSorted = true;
    const ranks = new Map<Element | null, number>();
    const ranked = this.#waiting.map((waiting, i) => {
      const element = waiting.asking.place();
      const known = ranks.get(element) ?? rankOf(element);
      ranks.set(element, known);
      return { waiting, i, rank: waiting.asking.isUrgent ? Number.NEGATIVE_INFINITY : known };
    });
    ranked.sort((one, other) => one.rank - other.rank || one.i - other.i);
    this.#waiting = ranked.map(({ waiting }) => waiting);
  }

  async #send(sent: Waiting<Request, Chart>[]): Promise<void> {
    try {
      const { revision, charts } = await this.#fetch(sent.map(({ asked }) => asked));
      for (const [i, { resolve }] of sent.entries()) resolve({ chart: charts[i], revision });
    } catch (error) {
      for (const { reject } of sent) reject(error);
    }
  }
}

export const scalarsQueue = new RequestQueue<ChartRequest, ChartAnswer>(fetchScalars);
export const groupsQueue = new RequestQueue<GroupsRequest, GroupsChart>(fetchGroups);
