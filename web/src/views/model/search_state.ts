/** What the query of the link finds in the graph that is shown. */

import { batch, effect, signal } from "@preact/signals";
import { type ModelSearch, searchModel } from "../../api/model";
import { withSeparators } from "../../kit/format";
import { modelFields } from "./model_link";
import { choice, foundPlace, search } from "./model_state";

/** In milliseconds: while somebody types, words are not complete. */
const PAUSE = 150;

/** What a query may have: a page that is one file takes less. */
export const searchHint = signal(
  "Words, or name: class: op: dtype: source: shape:[*,768] macs>1e9 parameters>=1M",
);
/** Whether the answer to the query is still to come. */
export const isSearching = signal(false);
/** Why the query cannot be answered; empty where it can. */
export const searchProblem = signal("");

export function followSearch(): void {
  let number = 0;
  let last = "";
  effect(() => {
    const asked = choice.value;
    const query = modelFields.query.trim();
    const own = ++number;
    if (asked === null || query === "") {
      last = query;
      settle(null, "");
      return;
    }
    isSearching.value = true;
    const timer = setTimeout(
      () => {
        searchModel(asked, query).then(
          (found) => {
            if (own === number) settle(found, found.problem, last === query);
            last = query;
          },
          (error: Error) => {
            if (own === number) settle(null, error.message);
          },
        );
      },
      last === query ? 0 : PAUSE,
    );
    return () => clearTimeout(timer);
  });
}

function settle(found: ModelSearch | null, problem: string, isSameQuery = false): void {
  batch(() => {
    search.value = found;
    searchProblem.value = problem;
    isSearching.value = false;
    if (!isSameQuery || found === null || foundPlace.peek() >= found.found.length) foundPlace.value = -1;
  });
}

/** "17", "3 of 17", "3 of the first 1,000 of 4,210". */
export function countInWords(found: ModelSearch, place: number): string {
  const all = withSeparators(String(found.count));
  const listed = found.found.length;
  if (place < 0) return found.count === 0 ? "nothing" : all;
  const of = listed < found.count ? `the first ${withSeparators(String(listed))} of ${all}` : all;
  return `${withSeparators(String(place + 1))} of ${of}`;
}
