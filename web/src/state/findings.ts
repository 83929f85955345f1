/** What the rules find in the runs, kept up to date while the page is open. */

import { batch, computed, effect, signal } from "@preact/signals";
import { type Finding, fetchFindings, type Rule, type RunFindings, type Severity } from "../api/findings";
import { isPaused } from "./preferences";
import { catalogue, connection } from "./server";

/** Milliseconds: the first picture comes before the first question, and takes the longer the more runs there are. */
const FIRST = 600;
const FIRST_OF_A_RUN = 0.3;
/** The log may change all the time: it is asked again at most this often. */
const INTERVAL = 2000;
/** Seconds that a question waits for runs that are still being judged. */
const WAIT = 2;

/** What the rules read: other data change no finding. */
const JUDGED = ["scalars", "cutaway_watch", "histograms", "text", "session_log"];

/**
 * Changes where something that the rules read was recorded, or runs came or went; undefined before the catalogue, and while
 * nobody knows yet whether there are runs.
 */
const judged = computed(() => {
  const known = catalogue.value;
  if (known === null || (known.runs.length === 0 && !known.loading.done)) return undefined;
  return known.runs
    .map(({ id, kinds }) => `${id} ${JUDGED.map((kind) => kinds?.[kind] ?? 0).join(" ")}`)
    .join("\n");
});

/** By the ids of the runs. */
export const findingsOfRuns = signal<ReadonlyMap<string, RunFindings>>(new Map());
/** By their names. */
export const rules = signal<ReadonlyMap<string, Rule>>(new Map());
/** Whether they are of all runs as they were at the last answer; null before the first. */
export const areComplete = signal<boolean | null>(null);

/** The ids of runs that were not judged, since they are not in memory. */
export const unjudged = signal<readonly string[]>([]);

/** How many findings there are of each severity. */
export type Counts = Readonly<Record<Severity, number>>;

export function countsOf(findings: readonly Finding[]): Counts {
  const counts = { error: 0, warning: 0, info: 0, unknown: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** Of all runs. */
export const allCounts = computed<Counts>(() =>
  countsOf([...findingsOfRuns.value.values()].flatMap(({ findings }) => findings)),
);

/** Where more than a hint is to be read: how many errors and warnings, and whether there are errors; null for none. */
export interface Alarm {
  count: number;
  isError: boolean;
}

export function alarmOf({ error, warning }: Counts): Alarm | null {
  return error + warning === 0 ? null : { count: error + warning, isError: error > 0 };
}

/** For the tab of the view that lists them. */
export const allAlarm = computed(() => alarmOf(allCounts.value));

let change = 0;
let life = -1;

/** Ask for what is new. Ids, and changes, are those of one life of the server. */
async function ask(): Promise<boolean> {
  const own = connection.peek();
  if (own !== life) [life, change] = [own, 0];
  const isNew = change === 0;
  const answer = await fetchFindings(change, WAIT);
  if (connection.peek() !== own) return false;
  change = answer.change;
  batch(() => {
    const known = new Set(answer.known);
    const kept = isNew ? [] : [...findingsOfRuns.peek()].filter(([run]) => known.has(run));
    if (isNew || answer.runs.length > 0 || kept.length !== findingsOfRuns.peek().size)
      findingsOfRuns.value = new Map([...kept, ...answer.runs.map((each) => [each.run, each] as const)]);
    if (rules.peek().size === 0) rules.value = new Map(answer.rules.map((rule) => [rule.name, rule]));
    areComplete.value = answer.complete;
    unjudged.value = answer.unread;
  });
  return answer.complete;
}

export function startFindings(): void {
  let last = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isWanted = false;

  function later(pause: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void now(), pause);
  }

  async function now(): Promise<void> {
    if (isAsking) {
      isWanted = true;
      return;
    }
    isAsking = true;
    isWanted = false;
    last = performance.now();
    // A server that is gone is said elsewhere; the next change asks again.
    const isComplete = await ask().catch(() => true);
    isAsking = false;
    // Of a page that is paused the end of its pause asks again.
    if ((isWanted || !isComplete) && !isPaused.peek())
      later(Math.max(0, last + INTERVAL - performance.now()));
  }

  effect(() => {
    void connection.value;
    clearTimeout(timer);
    if (judged.value === undefined || isPaused.value) return;
    const first = FIRST + FIRST_OF_A_RUN * (catalogue.peek()?.runs.length ?? 0);
    later(last === Number.NEGATIVE_INFINITY ? first : Math.max(0, last + INTERVAL - performance.now()));
  });
}
