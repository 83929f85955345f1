/** The layers view: what a watch measured of each layer, as a map of layer by step beside the curve of the loss. */

import "uplot/dist/uPlot.min.css";
import { moduleOfRow } from "../../api/layers";
import { goOn, subjectKey } from "../steps/subject_links";
import type { View } from "../view";
import { Details, followRow } from "./details";
import { followSubject, goToNext } from "./findings_here";
import { changeLayers, layersFields } from "./layers_link";
import { followLayers, followLinkedRow, selectedLine, series } from "./layers_state";
import { LayersView } from "./layers_view";
import { followMap } from "./map_state";
import { Toolbar } from "./toolbar";
import { followCell } from "./tooltip";
import "./layers.css";

followLayers();
followLinkedRow();
followMap();
followRow();
followCell();
followSubject();

export const view: View = {
  Toolbar,
  Content: LayersView,
  Details,
  keys: [
    { key: "n", what: "the next finding, or the next row that is not finite", run: () => goToNext(1) },
    { key: "p", what: "the one before", run: () => goToNext(-1) },
    { ...subjectKey, run: () => goOn(selectedModule()) },
  ],
  help: [
    {
      title: "Layers: in the map",
      rows: [
        ["drag, Ctrl or ⌘ and wheel", "zoom into steps; a double click shows all"],
        ["click", "select the row, and fix the place for all views"],
        ["↑ ↓ ← →", "move from cell to cell; Page Up and Page Down by ten rows, Home and End to the ends"],
        ["Enter, Space", "select the row; open or close a group"],
      ],
    },
  ],
  empty: {
    what: "layers",
    promise:
      "Activations, gradients, weights and updates of every layer appear here while a model trains, as a map of layer by step below the loss.",
    line: "writer.watch(model)",
  },
  stepBack: () => {
    if (layersFields.row !== null) changeLayers({ row: null });
    else if (layersFields.range !== null) changeLayers({ range: null });
    else return false;
    return true;
  },
};

/** The module of the selected row; empty where none is selected. */
function selectedModule(): string {
  const line = selectedLine.peek();
  const shown = series.peek();
  if (line === null || shown === null) return "";
  return line.rows.length === 1 ? moduleOfRow(shown.rows[line.rows[0]], shown.kind) : line.key;
}
