/** What charts ask the server for at about the same time goes in one request; two are under way at most. */

import { fetchGroups, type GroupsChart, type GroupsRequest } from "../api/groups";
import { type ChartAnswer, type ChartRequest, fetchScalars } from "../api/scalars";

const MOST_CHARTS = 8;
const MOST_REQUESTS = 2;

export interface Answered<Chart> {
  chart: Chart;
  /** The log directory's, when it was answered. */
  revision: number;
}

interface Waiting<Request, Chart> {
  asked: Request;
  resolve: (answer: Answered<Chart>) => void;
  reject: (error: unknown) => void;
}

class RequestQueue<Request, Chart> {
  #waiting: Waiting<Request, Chart>[] = [];
  #running = 0;
  #isPumpPlanned = false;
  readonly #fetch: (charts: Request[]) => Promise<{ revision: number; charts: Chart[] }>;

  constructor(fetch: (charts: Request[]) => Promise<{ revision: number; charts: Chart[] }>) {
    this.#fetch = fetch;
  }

  ask(asked: Request): Promise<Answered<Chart>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, resolve, reject });
      if (this.#isPumpPlanned) return;
      this.#isPumpPlanned = true;
      // Charts that become visible together ask in the same turn.
      setTimeout(() => this.#pump(), 0);
    });
  }

  #pump(): void {
    this.#isPumpPlanned = false;
    while (this.#waiting.length > 0 && this.#running < MOST_REQUESTS) {
      const sent = this.#waiting.splice(0, MOST_CHARTS);
      this.#running++;
      void this.#send(sent).finally(() => {
        this.#running--;
        this.#pump();
      });
    }
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
