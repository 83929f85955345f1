/** The graph of a model as one of its drawings, beside it the outline; above it what is not as it was asked for. */

import { signal } from "@preact/signals";
import { WidthHandle } from "../../kit/width_handle";
import { isNarrow } from "../../state/narrow";
import {
  NARROWEST_OUTLINE,
  outlineShown,
  outlineWidth,
  setOutlineWidth,
  WIDEST_OUTLINE,
} from "../../state/preferences";
import { useDrawing } from "./drawings";
import { graphProblem, listProblem, waitingFor } from "./load_model";
import { modelFields } from "./model_link";
import { outline } from "./model_state";
import { Legend } from "./overlay/legend";
import { models, shown } from "./shown_graph";
import { Outline } from "./table/index";

/** In a narrow window there is no room for both, and it is closed at first. */
const isDrawerOpen = signal(false);

function isOutlineShown(): boolean {
  return isNarrow.value ? isDrawerOpen.value : outlineShown.value === "yes";
}

export function switchOutline(): void {
  if (isNarrow.value) isDrawerOpen.value = !isDrawerOpen.value;
  else outlineShown.value = outlineShown.value === "yes" ? "no" : "yes";
}

export function ModelView() {
  const { drawing, content } = useDrawing(modelFields.drawing);
  const isReady = outline.value !== null;
  const problem = graphProblem.value;
  return (
    <div
      class="model-view"
      data-testid="model-view"
      data-state={waitingFor.value !== null ? "waiting" : problem !== "" ? "problem" : "ready"}
      data-graph={outline.value?.graph}
    >
      <Notes />
      {!isReady && <NotReady />}
      {isReady && (
        <div class={problem === "" ? "model-body" : "model-body is-old"}>
          {drawing !== "table" && <OutlinePanel />}
          <div class="model-drawing">{content}</div>
        </div>
      )}
      {isReady && drawing !== "cutaway" && (
        <footer class="model-legend">
          <Legend />
        </footer>
      )}
    </div>
  );
}

/** What is read, what is wrong, and what of the model is not shown. */
function Notes() {
  const problems = [listProblem.value, graphProblem.value].filter((text) => text !== "");
  const notes = [...(shown.value?.notes ?? []), ...(outline.value?.notes ?? [])];
  const failure = outline.value?.failure ?? null;
  const isReading = waitingFor.value === "graph" && outline.value !== null;
  if (problems.length + notes.length === 0 && failure === null && !isReading) return null;
  return (
    <div class="model-notes" data-testid="model-notes">
      {problems.map((text) => (
        <p key={text} class="warning-text" role="alert">
          {text}
          {outline.value !== null && " The last graph that was read stays below."}
        </p>
      ))}
      {failure !== null && (
        <p class="failure">The forward failed, and this is the part before it: {failure.text}</p>
      )}
      {isReading && <p role="status">Reading the graph.</p>}
      {notes.map((text) => (
        <p key={text} class="quiet">
          {text}
        </p>
      ))}
    </div>
  );
}

function NotReady() {
  if (graphProblem.value !== "" || listProblem.value !== "") return null;
  const text =
    models.value === null
      ? "Asking which models are recorded."
      : shown.value === null
        ? "No model that is recorded can be shown."
        : "Reading the graph.";
  return (
    <p class="empty-state quiet" role="status">
      {text}
    </p>
  );
}

function OutlinePanel() {
  const isShown = isOutlineShown();
  return (
    <>
      <button
        type="button"
        class="outline-switch icon"
        data-testid="outline-switch"
        aria-expanded={isShown}
        aria-label="Outline of the model"
        title={`${isShown ? "Hide" : "Show"} the outline (o)`}
        onClick={switchOutline}
      >
        <span class={isShown ? "triangle is-left" : "triangle"} />
      </button>
      {isShown && (
        <section
          class="model-outline"
          aria-label="Outline of the model"
          data-testid="outline"
          style={{ width: `${outlineWidth.value}px` }}
        >
          <Outline />
          <WidthHandle
            class="width-handle"
            label="Width of the outline"
            width={outlineWidth.value}
            narrowest={NARROWEST_OUTLINE}
            widest={WIDEST_OUTLINE}
            side="right"
            setWidth={setOutlineWidth}
          />
        </section>
      )}
    </>
  );
}
