/** Where the scalars of a run are first not finite: NaN, +Inf or −Inf. */

import type { RunRow } from "../api/runs";
import { formatStep, formatValue } from "../kit/format";

export interface NotFinite {
  /** The tag's id. */
  tag: string;
  /** The lowest step with such a value. */
  step: number;
  /** The first such value there. */
  word: string;
  /** Whether the last value is not finite either. */
  lasts: boolean;
}

/** Those of all tags of a run, or of one, by its id. */
export function notFiniteOf(found: RunRow["not_finite"], tag: string | null): NotFinite[] {
  const tags = tag === null ? Object.keys(found) : Object.hasOwn(found, tag) ? [tag] : [];
  return tags.map((id) => {
    const [step, value, lasts] = found[id];
    return { tag: id, step, word: formatValue(Number(value)), lasts };
  });
}

/** The one at the lowest step; null where there is none. */
export function firstOf(places: readonly NotFinite[]): NotFinite | null {
  return places.reduce<NotFinite | null>(
    (first, place) => (first === null || place.step < first.step ? place : first),
    null,
  );
}

/** The one that says most of a run: of those that last the first, else the first. */
export function tellingOf(places: readonly NotFinite[]): NotFinite | null {
  return firstOf(places.filter(({ lasts }) => lasts)) ?? firstOf(places);
}

/** "NaN from 1,201", or "NaN at 1,201" where the last value is finite again. */
export function describePlace({ word, step, lasts }: NotFinite): string {
  return `${word} ${lasts ? "from" : "at"} ${formatStep(step)}`;
}
