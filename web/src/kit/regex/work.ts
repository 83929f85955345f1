/**
 * How much matching may cost, counted in steps and not in time: the same pattern is refused on every machine or on none.
 */

/** Patterns and names together ask for more than they are given. */
export class TooMuchWork extends Error {
  constructor() {
    super("Matching this against all names takes too long");
  }
}

export class Work {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  get left(): number {
    return this.#left;
  }

  /** Throws TooMuchWork when there are not as many steps left. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchWork();
  }
}
