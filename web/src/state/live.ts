/**
 * Follows the server: the catalogue, then one event stream of what changes while the page is visible, both asked for again
 * with growing pauses when the stream breaks.
 *
 * Read with `fetch` and not with EventSource, which hides the status of an answer and cannot tell "not allowed" from
 * "gone". Run rows are patched from the events; what else has changed in the catalogue is asked for only when its structure has.
 */

import { batch, effect, untracked } from "@preact/signals";
import { type Change, patched } from "../api/catalogue";
import { nextCatalogue } from "../api/early_catalogue";
import { EventStreamParser } from "../api/event_stream";
import { AnswerError, fetchCatalogue, fetchChanges, request } from "../api/request";
import { colourPlace, isPaused } from "./preferences";
import { catalogue, connection, goneSince, liveState } from "./server";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;
/** The server sends a comment every 10 s: after three silent ones the connection is dead. */
const LONGEST_SILENCE = 35_000;

let stream: AbortController | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let pause = FIRST_PAUSE;
/** Under which the server knows the catalogue as it was answered last. */
let answerName = "";

export function startLive(): void {
  document.addEventListener("visibilitychange", followIfWanted);
  addEventListener("online", connectNow);
  effect(() => {
    void isPaused.value;
    untracked(followIfWanted);
  });
}

/** A page that is paused, or out of sight, stays as it is. */
function followIfWanted(): void {
  // The first catalogue comes even so: there is nothing on screen that could stay.
  const isIdle = isPaused.value && catalogue.peek() !== null;
  if (document.visibilityState === "hidden" || isIdle) stop();
  else connectNow();
}

/** Try at once instead of waiting for the next attempt. */
export function connectNow(): void {
  if (stream !== null) return;
  if (isPaused.peek() && catalogue.peek() !== null) return;
  clearTimeout(timer);
  pause = FIRST_PAUSE;
  void connect();
}

function stop(): void {
  clearTimeout(timer);
  stream?.abort();
  stream = null;
  if (liveState.value !== "unauthorised") liveState.value = "paused";
}

async function connect(): Promise<void> {
  const own = new AbortController();
  stream = own;
  try {
    await follow(own);
  } catch (error) {
    own.abort();
    if (error instanceof AnswerError && error.status === 401) {
      stream = null;
      liveState.value = "unauthorised";
      return;
    }
  }
  // Stopped on purpose, or already replaced.
  if (stream !== own) return;
  stream = null;
  batch(() => {
    liveState.value = "reconnecting";
    goneSince.value ??= Date.now();
  });
  timer = setTimeout(() => void connect(), pause);
  pause = Math.min(LONGEST_PAUSE, pause * 1.7);
}

/** Read one stream until it ends. Throws when it breaks. */
async function follow(own: AbortController): Promise<void> {
  await takeAll(own);
  if (own.signal.aborted) return;
  // What has changed between the two is in the stream's first event.
  const since = answerName === "" ? "" : `?since=${answerName}`;
  const response = await request(`./api/live${since}`, { signal: own.signal, cache: "no-store" });
  if (response.body === null) throw new Error("the answer has no body");
  batch(() => {
    liveState.value = "live";
    goneSince.value = null;
  });
  pause = FIRST_PAUSE;
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let silence: ReturnType<typeof setTimeout> | undefined;
  try {
    for (;;) {
      clearTimeout(silence);
      silence = setTimeout(() => void reader.cancel(), LONGEST_SILENCE);
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        if (event.event === "change") await take(JSON.parse(event.data) as Change);
      }
    }
  } finally {
    clearTimeout(silence);
    own.abort();
  }
}

/** Ids are those of one life of the server: all is fetched again before anything is asked with them. */
async function takeAll(own: AbortController): Promise<void> {
  const { catalogue: all, name } = await nextCatalogue();
  if (own.signal.aborted) return;
  answerName = name;
  batch(() => {
    catalogue.value = all;
    colourPlace.value = all.logdir.path;
    connection.value++;
  });
}

async function take(change: Change): Promise<void> {
  const known = catalogue.value;
  if (known === null || (change.structure && change.revision > known.revision)) {
    const answer = await (known === null
      ? fetchCatalogue()
      : fetchChanges({ catalogue: known, name: answerName }));
    answerName = answer.name;
    catalogue.value = answer.catalogue;
  } else if (change.revision > known.revision) catalogue.value = patched(known, change);
  else catalogue.value = { ...known, loading: change.loading };
}
