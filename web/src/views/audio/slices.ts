/** Long work in slices, between which the page draws and listens. */

/** Milliseconds. */
const SLICE = 8;

export class Slices {
  readonly #signal: AbortSignal;
  #end = performance.now() + SLICE;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Rest where the slice is over. Throws once the work is not wanted any more. */
  async breathe(): Promise<void> {
    this.#signal.throwIfAborted();
    if (performance.now() < this.#end) return;
    await new Promise((resolve) => setTimeout(resolve));
    this.#signal.throwIfAborted();
    this.#end = performance.now() + SLICE;
  }
}
