/** When the pointer rests on a bucket, the steps of its lowest and its highest value are asked for. */

import { effect, signal } from "@preact/signals";
import type { Hit } from "../../charts/hit";
import { type Extremes, extremesOfHit } from "./extremes";
import { tooltip } from "./tooltip_state";

/** In milliseconds. */
const REST = 150;

interface Rest {
  hit: Hit;
  /** Null until the answer is here. */
  found: Extremes | null;
}

const rest = signal<Rest | null>(null);

function isSame(one: Hit, other: Hit): boolean {
  return (
    one.key === other.key && one.line === other.line && one.entry === other.entry && one.mark === other.mark
  );
}

/** The extremes of the bucket that this is, once they are known. */
export function extremesAtRest(hit: Hit): Extremes | null {
  const resting = rest.value;
  return resting !== null && isSame(resting.hit, hit) ? resting.found : null;
}

export function followPointer(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const content = tooltip.value;
    const hit = content?.hits[0];
    const resting = rest.peek();
    // Within one bucket nothing new is asked for.
    if (hit !== undefined && resting !== null && isSame(resting.hit, hit) && resting.found !== null) return;
    clearTimeout(timer);
    rest.value = null;
    // What is computed of values was recorded nowhere.
    if (content == null || hit === undefined || hit.line.isComputed === true) return;
    timer = setTimeout(() => {
      rest.value = { hit, found: null };
      extremesOfHit(content.chart, content.axis, hit, null).then(
        (found) => {
          if (rest.peek()?.hit === hit) rest.value = { hit, found };
        },
        // A server that is gone is said elsewhere; the tooltip keeps to the bucket.
        () => {},
      );
    }, REST);
  });
}
