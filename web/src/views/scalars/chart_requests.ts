/**
 * Queries that charts send at about the same time go in few requests, two of them under way at most: small
 * ones, so that the first charts are there while the others are still being reduced. Urgent ones go first.
 */

import { fetchGroups, type GroupsChart, type GroupsRequest } from "../../api/groups";
import { type ChartAnswer, type ChartRequest, fetchScalars } from "../../api/scalars";

const MOST_CHARTS = 16;
/** Of the charts of a request together, unless one has more by itself. */
const MOST_LINES = 160;
const MOST_REQUESTS = 2;

export interface Answered<Chart> {
  chart: Chart;
  /** The log directory's, when it was answered. */
  revision: number;
}

interface Waiting<Request, Chart> {
  asked: Request;
  lines: number;
  isUrgent: boolean;
  resolve: (answer: Answered<Chart>) => void;
  reject: (error: unknown) => void;
}

class RequestQueue<Request, Chart> {
  #waiting: Waiting<Request, Chart>[] = [];
  #running = 0;
  #isPumpScheduled = false;
  #isUrgentUnderWay = false;
  readonly #fetch: (charts: Request[]) => Promise<{ revision: number; charts: Chart[] }>;

  constructor(fetch: (charts: Request[]) => Promise<{ revision: number; charts: Chart[] }>) {
    this.#fetch = fetch;
  }

  /** `lines` is how many runs the request is for; an urgent one is for the chart that the user acts on. */
  ask(asked: Request, lines: number, isUrgent: boolean): Promise<Answered<Chart>> {
    return new Promise((resolve, reject) => {
      const waiting = { asked, lines, isUrgent, resolve, reject };
      if (isUrgent) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
      if (this.#isPumpScheduled) return;
      this.#isPumpScheduled = true;
      // Charts that become visible together ask in the same turn.
      setTimeout(() => this.#pump(), 0);
    });
  }

  #pump(): void {
    this.#isPumpScheduled = false;
    while (this.#waiting.length > 0 && this.#running < MOST_REQUESTS && !this.#isUrgentUnderWay) {
      const sent = this.#next();
      this.#running++;
      this.#isUrgentUnderWay = sent[0].isUrgent;
      void this.#send(sent).finally(() => {
        this.#running--;
        this.#isUrgentUnderWay = false;
        this.#pump();
      });
    }
  }

  #next(): Waiting<Request, Chart>[] {
    // An urgent query goes alone, so that no other one holds it up.
    if (this.#waiting[0].isUrgent) return this.#waiting.splice(0, 1);
    let lines = 0;
    let count = 0;
    for (const waiting of this.#waiting.slice(0, MOST_CHARTS)) {
      lines += waiting.lines;
      if (count > 0 && lines > MOST_LINES) break;
      count++;
    }
    return this.#waiting.splice(0, count);
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
