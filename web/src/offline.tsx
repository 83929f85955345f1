/**
 * The model view as one file: the answers that it asks the server for stand in the document, and nothing is fetched.
 * Python puts this program, its styles and the answers into a page (`src/cutaway/model/graph/page.py`).
 */

import { render } from "preact";
import type { ModelPart, RecordedModel } from "./api/model";
import { OFFLINE_HINT, searchOffline } from "./offline_search";
import { kindViews } from "./state/page";
import { startPreferences } from "./state/preferences";
import { view } from "./views/model/index";
import { VIEW_NAME } from "./views/model/model_kinds";
import { changeModel } from "./views/model/model_link";
import { selected } from "./views/model/model_state";
import { searchHint } from "./views/model/search_state";
import { models } from "./views/model/shown_graph";
import "./style/theme.css";
import "./style/shell.css";
import "./style/controls.css";
import "./style/menus.css";
import "./style/details.css";
import "./offline.css";

interface Embedded {
  model: RecordedModel;
  /** The name of the cost that is the overlay at first; null for the usual one. */
  cost: string | null;
  /** By their paths behind `./api/`, with the parameters that say what of the graph is asked for. */
  answers: Record<string, unknown>;
}

async function readEmbedded(): Promise<Embedded> {
  const packed = document.getElementById("cutaway-answers")?.textContent ?? "";
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/** Those that say which graph it is: there is one. */
const COMMON = ["run", "graph", "phase"];

function answerTo(url: URL, answers: Embedded["answers"]): Response {
  for (const name of COMMON) url.searchParams.delete(name);
  const [, path] = url.pathname.split("/api/");
  if (path === "model/search")
    return Response.json(searchOffline(partIn(answers), url.searchParams.get("query") ?? ""));
  const answer = answers[`${path}${url.search}`];
  return answer === undefined
    ? Response.json({ error: "This is not in the file: the viewer answers it." }, { status: 404 })
    : Response.json(answer);
}

function partIn(answers: Embedded["answers"]): (group: number) => ModelPart | undefined {
  return (group) => answers[`model/part?group=${group}&fold=false`] as ModelPart | undefined;
}

const { Toolbar, Content, Details } = view;

function Page() {
  return (
    <div class="offline">
      {Toolbar !== undefined && <Toolbar />}
      <div class="offline-body">
        <Content />
        {selected.value !== null && Details !== undefined && <Details />}
      </div>
    </div>
  );
}

readEmbedded().then(({ model, cost, answers }) => {
  window.fetch = async (input) => answerTo(new URL(String(input), "http://file/"), answers);
  startPreferences();
  searchHint.value = OFFLINE_HINT;
  models.value = [model];
  changeModel({ cost });
  kindViews.value = [{ kind: "model", title: "Model", view: VIEW_NAME }];
  const place = document.getElementById("cutaway-page") as HTMLElement;
  place.replaceChildren();
  render(<Page />, place);
});
