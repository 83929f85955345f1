/** Dots of runs: one hyper-parameter across, the metric upwards. */

import type { PlottedRun } from "./plotted";

export interface Dot {
  run: PlottedRun;
  /** CSS pixels from the left and the top of the plot. */
  x: number;
  y: number;
}

/** The share of a word's column over which its dots are spread. */
const SPREAD = 0.6;

/** From -0.5 to 0.5, of a name always the same (FNV-1a). */
export function jitterOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  // The last bits of similar names are similar; those in the middle are not.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return ((hash ^ (hash >>> 13)) & 0xffff) / 0xffff - 0.5;
}

/**
 * The dots of the runs that have both values. `across` and `up` are the places of the axes among the runs' shares, and
 * `words` how many words the axis across has; 0 for one of numbers.
 */
export function dotsOf(
  runs: readonly PlottedRun[],
  across: number,
  up: number,
  words: number,
  size: { width: number; height: number },
): Dot[] {
  return runs.flatMap((run) => {
    const [x, y] = [run.shares[across], run.shares[up]];
    if (x === null || y === null) return [];
    const beside = words === 0 ? 0 : (jitterOf(run.name) * SPREAD) / words;
    return [{ run, x: (x + beside) * size.width, y: (1 - y) * size.height }];
  });
}

/** A dot that is further away is not pointed at. */
const REACH = 10;

/** The dot nearest to a place, one within the brushes first; null where none is near. */
export function dotAt(dots: readonly Dot[], x: number, y: number): Dot | null {
  let found: Dot | null = null;
  let nearest = REACH;
  for (const dot of dots) {
    const distance = Math.hypot(dot.x - x, dot.y - y);
    if (distance >= REACH) continue;
    const isPreferred = found === null || (dot.run.isWithin && !found.run.isWithin);
    const isEqual = found !== null && dot.run.isWithin === found.run.isWithin;
    if (!isPreferred && !(isEqual && distance < nearest)) continue;
    nearest = distance;
    found = dot;
  }
  return found;
}

const RADIUS = 3;
const SMALL_RADIUS = 2;
const MANY = 300;

/** All dots: those outside of the brushes below the others, in one quiet colour. */
export function drawDots(context: CanvasRenderingContext2D, dots: readonly Dot[], dim: string): void {
  const radius = dots.length > MANY ? SMALL_RADIUS : RADIUS;
  for (const isWithin of [false, true]) {
    context.globalAlpha = isWithin ? 0.85 : 1;
    for (const { run, x, y } of dots) {
      if (run.isWithin !== isWithin) continue;
      context.fillStyle = isWithin ? run.style.colour : dim;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
