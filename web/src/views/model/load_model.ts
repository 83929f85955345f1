/**
 * Follows the recorded models while the view is on screen: which there are, and the outline of the one that is shown. The old
 * picture stays until the new one is there.
 */

import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { fetchModels, fetchOutline, type ModelChoice, type ModelOutline } from "../../api/model";
import { currentView } from "../../state/page";
import { catalogue, connection } from "../../state/server";
import { MODEL_KINDS, VIEW_NAME } from "./model_kinds";
import { modelFields } from "./model_link";
import { askAgainForParts, choice, hovered, opened, outline, reach, search, unfolded } from "./model_state";
import { firstOpened, openedAgain } from "./opened_groups";
import { takeSelection } from "./selection";
import { keptRun, models, shown } from "./shown_graph";

/** Models may be recorded again and again: they are listed anew at most this often, in milliseconds. */
const INTERVAL = 2000;

/** Why the list, and the graph, cannot be had; empty while nothing is wrong. */
export const listProblem = signal("");
export const graphProblem = signal("");
/** What is waited for: null for nothing. */
export const waitingFor = signal<"list" | "graph" | null>(null);

/** The revision at which models changed last. */
const revision = computed(() =>
  (catalogue.value?.runs ?? []).reduce(
    (last, run) => Math.max(last, ...MODEL_KINDS.map((kind) => run.kinds[kind] ?? 0)),
    0,
  ),
);

export function followModels(): void {
  followList();
  followGraph();
}

function followList(): void {
  let lastFetch = Number.NEGATIVE_INFINITY;
  effect(() => {
    void connection.value;
    if (revision.value === 0 || currentView.value !== VIEW_NAME) return;
    if (models.peek() === null) waitingFor.value = "list";
    const timer = setTimeout(
      () => {
        lastFetch = performance.now();
        void readList();
      },
      Math.max(0, lastFetch + INTERVAL - performance.now()),
    );
    return () => clearTimeout(timer);
  });
}

async function readList(): Promise<void> {
  try {
    const found = await fetchModels();
    batch(() => {
      models.value = found;
      listProblem.value = "";
      if (waitingFor.peek() === "list") waitingFor.value = null;
    });
  } catch (error) {
    batch(() => {
      listProblem.value = problemOf(error);
      if (waitingFor.peek() === "list") waitingFor.value = null;
    });
  }
}

/** The graph that is to be shown: the same text while it is the same. */
const wanted = computed<string | null>(() => {
  if (currentView.value !== VIEW_NAME || shown.value === null) return null;
  const { model, phase } = shown.value;
  const { run, graph, problem } = model;
  return JSON.stringify({ choice: { run, graph, phase, measured: modelFields.measured }, problem });
});

function followGraph(): void {
  let number = 0;
  effect(() => {
    const text = wanted.value;
    void connection.value;
    if (text === null) return;
    const own = ++number;
    const { choice: next, problem }: { choice: ModelChoice; problem: string } = JSON.parse(text);
    untracked(() => {
      if (modelFields.run === null) keptRun.value = next.run;
      if (problem !== "") {
        takeProblem(problem);
        return;
      }
      if (isShown(next)) {
        askAgainForParts();
        graphProblem.value = "";
        waitingFor.value = null;
        return;
      }
      waitingFor.value = "graph";
      fetchOutline(next).then(
        (found) => {
          if (own === number) take(next, found);
        },
        (error: unknown) => {
          if (own === number) takeProblem(problemOf(error));
        },
      );
    });
  });
}

function isShown({ run, graph, phase, measured }: ModelChoice): boolean {
  const now = choice.peek();
  if (now === null || now.measured !== measured) return false;
  return now.run === run && now.graph === graph && now.phase === phase;
}

function takeProblem(problem: string): void {
  batch(() => {
    graphProblem.value = problem;
    waitingFor.value = null;
  });
}

/** Groups that were open are open again where the new graph has them. */
export function take(next: ModelChoice, found: ModelOutline): void {
  batch(() => {
    const before = outline.peek();
    const again = before === null ? null : openedAgain(before, found, opened.peek());
    choice.value = next;
    outline.value = found;
    opened.value = again ?? firstOpened(found);
    unfolded.value = new Set();
    hovered.value = null;
    reach.value = null;
    search.value = null;
    graphProblem.value = "";
    waitingFor.value = null;
    takeSelection(found);
  });
}

/** A server that is gone is said above; anything else is said in the server's own words. */
function problemOf(error: unknown): string {
  if (error instanceof TypeError)
    return "The server does not answer; the picture is the last one that it sent.";
  return error instanceof Error ? error.message : String(error);
}
