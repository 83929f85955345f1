/** The view of models: structure, graph and costs of a recorded model, on one tree. */

import { goOn, subjectKey } from "../steps/subject_links";
import type { View } from "../view";
import { stepBackCutaway } from "./cutaway/cutaway_state";
import { Details } from "./details";
import { details, followDetails } from "./load_details";
import { followModels } from "./load_model";
import { changeModel, DRAWINGS, modelFields } from "./model_link";
import { outline, reach, selected } from "./model_state";
import { ModelView, switchOutline } from "./model_view";
import { followSearch } from "./search_state";
import { followSelection, goToFound, select } from "./selection";
import { followTable } from "./table/table_state";
import { focusSearch, Toolbar } from "./toolbar";
import "./model.css";

followModels();
followSelection();
followDetails();
followSearch();
followTable();

export const view: View = {
  Toolbar,
  Content: ModelView,
  Details,
  keys: [
    { key: "/", what: "search the model", run: focusSearch },
    { key: "n", what: "the next thing that was found", run: () => goToFound(1) },
    { key: "N", what: "the one before", run: () => goToFound(-1) },
    { key: "o", what: "show or hide the outline", run: switchOutline },
    {
      key: "v",
      what: "the next drawing: graph, cutaway, table",
      run: () =>
        changeModel({ drawing: DRAWINGS[(DRAWINGS.indexOf(modelFields.drawing) + 1) % DRAWINGS.length] }),
    },
    { ...subjectKey, run: () => goOn(selectedPath()) },
  ],
  help: [
    {
      title: "Model: in the outline and in the table",
      rows: [
        ["↑ ↓", "the row above, the row below; Home and End lead to the first and the last"],
        ["→ ←", "open, and go into it; close, and go to what is around it"],
        ["Enter", "select: its details are shown"],
        ["*", "open all groups beside it"],
        ["letters", "the next row whose name begins with them"],
      ],
    },
    {
      title: "Model: in the cutaway",
      rows: [
        ["double click, wheel", "look into a box, and back"],
        ["← →", "the box before, the next box; ↓ and ↑ lead into it and out of it"],
        ["Enter, Backspace", "look into the box, and back"],
      ],
    },
    {
      title: "Model: in the graph",
      rows: [
        ["drag, wheel, arrows", "move"],
        ["Ctrl or ⌘ and wheel, two fingers, + −", "zoom; 0 shows all of it"],
        ["double click, Enter", "open a group in its place, or close it"],
        ["a", "show boxes that are alike one by one, or folded again"],
        ["right click", "what can be done with a box"],
      ],
    },
    {
      title: "Model: what the search takes",
      rows: [
        ["attn linear", "words that are all in a name, a path, a class or an op"],
        ["shape:[*,768]", "outputs of that shape; * is any size, ... are any sizes"],
        ["class: op: dtype: source:", "with what follows in that field alone"],
        ["macs>1e9 parameters>=1M", "by costs"],
      ],
    },
  ],
  empty: {
    what: "models",
    promise:
      "A model's modules, operations, shapes and costs appear here, as a graph, as boxes by cost and as a table.",
    line: "writer.add_model(model, input_data)",
  },
  stepBack: () => {
    if (reach.value !== null) reach.value = null;
    else if (modelFields.drawing === "cutaway" && stepBackCutaway()) return true;
    else if (selected.value !== null) select(null);
    else if (modelFields.query !== "") changeModel({ query: "" });
    else return false;
    return true;
  },
};

/** The module path of what is selected; empty where it has none. */
function selectedPath(): string {
  const thing = selected.peek();
  if (thing === null) return "";
  if ("group" in thing) return outline.peek()?.groups.path[thing.group] ?? "";
  return details.peek()?.details?.path ?? "";
}
