/** The views, in the order of the tab bar; a link without `view=` shows the first one. */

import { AUDIO_PARAMETERS } from "./audio/parameters";
import { DISTRIBUTION_PARAMETERS } from "./distributions/parameters";
import { FINDINGS_PARAMETERS } from "./findings/parameters";
import { IMAGE_PARAMETERS } from "./images/parameters";
import { LAYERS_PARAMETERS } from "./layers/parameters";
import { MODEL_PARAMETERS } from "./model/parameters";
import { PR_PARAMETERS } from "./pr/parameters";
import { RUNS_PARAMETERS } from "./runs/parameters";
import { CHART_PARAMETERS } from "./scalars/parameters";
import { TEXT_PARAMETERS } from "./text/parameters";
import type { ViewEntry } from "./view";

export const VIEWS: readonly ViewEntry[] = [
  {
    name: "scalars",
    title: "Scalars",
    kinds: ["scalars"],
    alsoReads: ["custom_scalars"],
    parameters: CHART_PARAMETERS,
    load: () => import("./scalars/index").then(({ view }) => view),
  },
  {
    name: "layers",
    title: "Layers",
    kinds: ["cutaway_watch"],
    parameters: LAYERS_PARAMETERS,
    load: () => import("./layers/index").then(({ view }) => view),
  },
  {
    name: "images",
    title: "Images",
    kinds: ["images"],
    parameters: IMAGE_PARAMETERS,
    load: () => import("./images/index").then(({ view }) => view),
  },
  {
    name: "audio",
    title: "Audio",
    kinds: ["audio"],
    parameters: AUDIO_PARAMETERS,
    load: () => import("./audio/index").then(({ view }) => view),
  },
  {
    name: "distributions",
    title: "Distributions",
    kinds: ["histograms"],
    parameters: DISTRIBUTION_PARAMETERS,
    load: () => import("./distributions/index").then(({ view }) => view),
  },
  {
    name: "pr",
    title: "PR curves",
    kinds: ["pr_curves"],
    parameters: PR_PARAMETERS,
    load: () => import("./pr/index").then(({ view }) => view),
  },
  {
    name: "text",
    title: "Text",
    kinds: ["text"],
    parameters: TEXT_PARAMETERS,
    load: () => import("./text/index").then(({ view }) => view),
  },
  {
    name: "model",
    title: "Model",
    kinds: ["cutaway_model", "graph", "meta_graph", "graph_run_metadata_graph", "graph_keras_model"],
    alsoReads: ["run_metadata", "graph_run_metadata"],
    isOfModules: true,
    parameters: MODEL_PARAMETERS,
    load: () => import("./model/index").then(({ view }) => view),
  },
  {
    name: "runs",
    title: "Runs",
    kinds: [],
    hasRunList: true,
    parameters: RUNS_PARAMETERS,
    load: () => import("./runs/index").then(({ view }) => view),
  },
  {
    name: "findings",
    title: "Findings",
    kinds: [],
    listsFindings: true,
    parameters: FINDINGS_PARAMETERS,
    load: () => import("./findings/index").then(({ view }) => view),
  },
  {
    name: "files",
    title: "Files",
    kinds: [],
    parameters: [],
    load: () => import("./files/index").then(({ view }) => view),
  },
];

/** The view of a name in a link; the first one for a name that no view has. */
export function entryNamed(name: string | null): ViewEntry {
  return VIEWS.find((entry) => entry.name === name) ?? VIEWS[0];
}
