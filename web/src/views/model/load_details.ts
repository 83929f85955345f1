/** What is known of the selected group or node. The old text stays until the new one is there. */

import { effect, signal, untracked } from "@preact/signals";
import { fetchDetails, fetchReach, type ModelDetails, type Thing } from "../../api/model";
import { choice, isSame, reach, selected } from "./model_state";

export interface KnownDetails {
  thing: Thing;
  /** Null where they could not be had. */
  details: ModelDetails | null;
  problem: string;
}

/** Of what was asked for last; null before that. */
export const details = signal<KnownDetails | null>(null);

/** Arrow keys may go through many rows: those in between are not asked for. In milliseconds. */
const PAUSE = 60;

export function followDetails(): void {
  effect(() => {
    const asked = choice.value;
    const thing = selected.value;
    if (asked === null || thing === null) return;
    const settle = (found: ModelDetails | null, problem: string): void => {
      if (choice.peek() === asked && isSame(selected.peek(), thing))
        details.value = { thing, details: found, problem };
    };
    const timer = setTimeout(
      () =>
        untracked(() =>
          fetchDetails(asked, thing).then(
            (found) => settle(found, ""),
            (error: Error) => settle(null, error.message),
          ),
        ),
      PAUSE,
    );
    return () => clearTimeout(timer);
  });
}

export const reachProblem = signal("");

/** Show what the selected thing depends on, or what depends on it. */
export async function traceReach(direction: "inputs" | "outputs" | "both"): Promise<void> {
  const [asked, thing] = [choice.peek(), selected.peek()];
  if (asked === null || thing === null) return;
  const isAsked = (): boolean => choice.peek() === asked && isSame(selected.peek(), thing);
  try {
    const found = await fetchReach(asked, thing, direction);
    if (isAsked()) reach.value = found;
    reachProblem.value = "";
  } catch (error) {
    if (isAsked()) reachProblem.value = error instanceof Error ? error.message : String(error);
  }
}
