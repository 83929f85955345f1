/**
 * At which steps the shown runs recorded data other than scalars: asked for while something shows it, again when such
 * data has come, and not more often than every few seconds, however fast it comes.
 */

import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fetchSteps, type KindSteps } from "../../api/steps";
import { shownRuns } from "../../runs/listed_runs";
import { connection } from "../../state/server";

/** Milliseconds. */
export const INTERVAL = 5000;

/** As of the last answer; null before the first. */
export const recordedSteps = signal<readonly KindSteps[] | null>(null);

/** The steps of all kinds, rising, each once. */
export const stepsOfAll = computed<readonly number[]>(() => {
  const all = new Set((recordedSteps.value ?? []).flatMap(({ steps }) => steps));
  return [...all].sort((one, other) => one - other);
});

/** What the answer depends on; empty where no shown run has such data. */
const wanted = computed(() => {
  const runs = shownRuns.value.map(({ id, kinds }) => ({
    id,
    kinds: Object.entries(kinds).filter(([kind]) => kind !== "scalars"),
  }));
  const having = runs.filter(({ kinds }) => kinds.length > 0);
  return having.length === 0 ? "" : JSON.stringify([connection.value, having]);
});

let users = 0;
let stop: (() => void) | null = null;

function start(): void {
  let known = "";
  let next = 0;
  const isBusy = signal(false);
  const retries = signal(0);
  const timers = new Set<ReturnType<typeof setTimeout>>();

  async function ask(): Promise<void> {
    const asked = wanted.peek();
    isBusy.value = true;
    next = performance.now() + INTERVAL;
    try {
      const ids = shownRuns.peek().map(({ id }) => id);
      const { kinds } = asked === "" ? { kinds: [] } : await fetchSteps(ids);
      known = asked;
      recordedSteps.value = kinds;
    } catch {
      // What is shown stays; a lost server is said elsewhere, and an id is unknown until the catalogue is here.
      later(INTERVAL, () => retries.value++);
    }
    isBusy.value = false;
  }

  function later(milliseconds: number, run: () => void): () => void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, milliseconds);
    timers.add(timer);
    return () => {
      clearTimeout(timer);
      timers.delete(timer);
    };
  }

  const end = effect(() => {
    void retries.value;
    if (wanted.value === known || isBusy.value) return;
    return later(Math.max(0, next - performance.now()), () => void ask());
  });
  stop = () => {
    end();
    for (const timer of timers) clearTimeout(timer);
  };
}

/** Have the steps while a component is there. */
export function useRecordedSteps(): readonly KindSteps[] | null {
  useEffect(() => {
    if (users++ === 0) start();
    return () => {
      if (--users === 0) stop?.();
    };
  }, []);
  return recordedSteps.value;
}
