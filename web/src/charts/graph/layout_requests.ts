/** Layouts from a worker; where there is none, as in a page that was saved as a file, from this thread. */

import { type NestedGroup, type NestedLayout, NestedLayouts } from "./nested";

export interface LayoutRequest {
  version: number;
  groups: NestedGroup[];
}

export interface LayoutAnswer {
  version: number;
  layouts: NestedLayout[];
}

/** Groups with fewer boxes are laid out at once: a worker would take longer to answer. */
const FEW = 400;

export class LayoutRequests {
  readonly #here = new NestedLayouts();
  #worker: Worker | null = null;
  #isWithout = false;
  #version = 0;
  #waiting: { groups: NestedGroup[]; done: (layouts: NestedLayout[]) => void } | null = null;

  /** Calls `done` with the layouts, unless others are asked for before. */
  ask(groups: NestedGroup[], done: (layouts: NestedLayout[]) => void): void {
    this.#version++;
    const boxes = groups.reduce((sum, { width }) => sum + width.length, 0);
    const worker = boxes <= FEW ? null : (this.#worker ?? this.#start());
    if (worker === null) {
      this.#waiting = null;
      done(this.#here.of(groups));
      return;
    }
    this.#waiting = { groups, done };
    worker.postMessage({ version: this.#version, groups } satisfies LayoutRequest);
  }

  close(): void {
    this.#waiting = null;
    this.#worker?.terminate();
    this.#worker = null;
  }

  #start(): Worker | null {
    if (this.#isWithout || typeof Worker === "undefined") return null;
    let worker: Worker;
    try {
      worker = new Worker(new URL("./layout_worker.ts", import.meta.url), { type: "module" });
    } catch {
      this.#isWithout = true;
      return null;
    }
    worker.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
      if (data.version !== this.#version) return;
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.done(data.layouts);
    };
    worker.onerror = () => {
      // It could not be loaded.
      const waiting = this.#waiting;
      this.close();
      this.#isWithout = true;
      waiting?.done(this.#here.of(waiting.groups));
    };
    this.#worker = worker;
    return worker;
  }
}
