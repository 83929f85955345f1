/** Clicks that are not the first half of a double click: details of what is only opened would cover it. */

/** A second click within so many milliseconds makes a double click of both. */
const DOUBLE = 250;

export class SingleClick {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A click: `report` is called unless another press follows at once. */
  wait(report: () => void): void {
    this.cancel();
    this.#timer = setTimeout(report, DOUBLE);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}
