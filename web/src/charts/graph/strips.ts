/** Which of many intervals of y touch a range: those of each strip in a list, with long ones in strips of their own. */

const STRIP = 128;
/** How much higher the strips of the next level are. */
const FACTOR = 8;
const LEVELS = 6;

export class Strips {
  readonly #levels: Map<number, number[]>[] = Array.from({ length: LEVELS }, () => new Map());

  add(thing: number, top: number, bottom: number): void {
    let level = 0;
    let size = STRIP;
    while (level < LEVELS - 1 && bottom - top > size) {
      level++;
      size *= FACTOR;
    }
    const strips = this.#levels[level];
    for (let strip = Math.floor(top / size); strip <= Math.floor(bottom / size); strip++) {
      const things = strips.get(strip);
      if (things === undefined) strips.set(strip, [thing]);
      else things.push(thing);
    }
  }

  /** Calls with each thing in strips that the range touches, once, in the order of their numbers. */
  touching(top: number, bottom: number): number[] {
    const found = new Set<number>();
    let size = STRIP;
    for (const strips of this.#levels) {
      const [first, last] = [Math.floor(top / size), Math.floor(bottom / size)];
      if (last - first < strips.size)
        for (let strip = first; strip <= last; strip++)
          for (const thing of strips.get(strip) ?? []) found.add(thing);
      else
        for (const [strip, things] of strips)
          if (strip >= first && strip <= last) for (const thing of things) found.add(thing);
      size *= FACTOR;
    }
    return [...found].sort((one, other) => one - other);
  }
}
