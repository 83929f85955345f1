/**
 * Tells the server which runs are shown, where not all of them are in its memory: it reads those first. Once for each selection: a
 * run that comes into memory, or leaves it, changes nothing of what is wanted.
 */

import { computed, effect } from "@preact/signals";
import { sendWanted } from "../api/wanted";
import { connection } from "../state/server";
import { shownRuns } from "./listed_runs";

/** Milliseconds: who ticks several boxes means all of them. */
const PAUSE = 150;

const wanted = computed(() => {
  const isAllRead = !shownRuns.value.some(({ unread }) => unread);
  // As a text, which is the same while the runs are.
  return isAllRead ? null : shownRuns.value.map(({ id }) => id).join(" ");
});

export function startWantedRuns(): void {
  let sent = "";
  effect(() => {
    const runs = wanted.value;
    const asked = `${connection.value} ${runs}`;
    if (runs === null || asked === sent) return;
    const timer = setTimeout(() => {
      sent = asked;
      // A server that is gone is said elsewhere; the next connection asks again.
      sendWanted(runs.split(" ")).catch(() => {
        sent = "";
      });
    }, PAUSE);
    return () => clearTimeout(timer);
  });
}
