/** The layers view: a curve, and below it a map of a statistic of all layers over the same steps. */

import { LayerMap } from "./layer_map";
import { layersProblem, runLayers, series } from "./layers_state";
import { Legend } from "./legend";
import { LossCurve } from "./loss_curve";
import { mapProblem } from "./map_state";
import { Tooltip } from "./tooltip";

export function LayersView() {
  return (
    <div class="layers-view" data-testid="layers-view">
      <Notes />
      {series.value !== null && (
        <>
          <LossCurve />
          <LayerMap />
          <Legend />
          <Tooltip />
        </>
      )}
    </div>
  );
}

function Notes() {
  const found = runLayers.value;
  const problems = [layersProblem.value, mapProblem.value].filter((text) => text !== "");
  if (found === null && problems.length === 0)
    return (
      <p class="empty-state quiet" role="status">
        Asking which layers were watched.
      </p>
    );
  const notes = found?.problems ?? [];
  const isEmpty = found !== null && found.kinds.length === 0 && notes.length === 0;
  if (problems.length === 0 && notes.length === 0 && !isEmpty) return null;
  return (
    <div class="layers-notes" data-testid="layers-notes">
      {isEmpty && <p class="quiet">Nothing of the watch in this run has been read yet.</p>}
      {problems.map((text) => (
        <p key={text} class="warning-text" role="alert">
          {text}
        </p>
      ))}
      {notes.map(({ tag, problem }) => (
        <p key={tag} class="warning-text">
          {tag}: {problem}
        </p>
      ))}
    </div>
  );
}
