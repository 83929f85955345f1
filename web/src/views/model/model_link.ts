/** Which graph is shown, and how: the view's part of the link. */

import type { Phase } from "../../api/model";
import { slice } from "../../state/link";
import { MODEL_PARAMETERS } from "./parameters";

export const DRAWINGS = ["graph", "cutaway", "table"] as const;
export type Drawing = (typeof DRAWINGS)[number];

const PHASES: readonly Phase[] = ["forward", "backward", "both"];

/** How the numbers of the overlay become colours; null is as they are spread. */
const SCALES = ["linear", "log"] as const;
export type OverlayScale = (typeof SCALES)[number];
/** What the colours of the cutaway tell; null for the overlay where it is not the area, else for the branches. */
const COLOURS = ["branch", "class", "overlay"] as const;
export type CutawayColour = (typeof COLOURS)[number];

export interface ModelLinkState {
  /** The name of a run, and the digest of one of its graphs; null for the first one. */
  run: string | null;
  graph: string | null;
  drawing: Drawing;
  phase: Phase;
  /** Which of the measurements of a graph that is no trace; null for the newest. */
  measured: number | null;
  /** The name of the overlay: a cost, or a family of tags; null for the first cost that the graph has. */
  cost: string | null;
  /** The key of the group that is selected, or `group key` and `/` and the name of a node; null for none. */
  selected: string | null;
  query: string;
  scale: OverlayScale | null;
  /** The name of the cost that is the area of the cutaway's boxes; null for that of the overlay. */
  area: string | null;
  colour: CutawayColour | null;
  /** The key of the group that the cutaway is zoomed into; null for the whole. */
  zoom: string | null;
}

export function encodeModel(state: ModelLinkState, parameters: URLSearchParams): void {
  if (state.run !== null) parameters.set("model-run", state.run);
  if (state.graph !== null) parameters.set("graph", state.graph);
  if (state.drawing !== DRAWINGS[0]) parameters.set("drawing", state.drawing);
  if (state.phase !== PHASES[0]) parameters.set("phase", state.phase);
  if (state.measured !== null) parameters.set("model-measured", String(state.measured));
  if (state.cost !== null) parameters.set("cost", state.cost);
  if (state.selected !== null) parameters.set("model-selected", state.selected);
  if (state.query !== "") parameters.set("model-query", state.query);
  if (state.scale !== null) parameters.set("model-scale", state.scale);
  if (state.area !== null) parameters.set("model-area", state.area);
  if (state.colour !== null) parameters.set("model-colour", state.colour);
  if (state.zoom !== null) parameters.set("model-zoom", state.zoom);
}

export function decodeModel(parameters: URLSearchParams): ModelLinkState {
  return {
    run: parameters.get("model-run"),
    graph: parameters.get("graph"),
    drawing: DRAWINGS.find((known) => known === parameters.get("drawing")) ?? DRAWINGS[0],
    phase: PHASES.find((known) => known === parameters.get("phase")) ?? PHASES[0],
    measured: placeOf(parameters.get("model-measured")),
    cost: parameters.get("cost"),
    selected: parameters.get("model-selected"),
    query: parameters.get("model-query") ?? "",
    scale: SCALES.find((known) => known === parameters.get("model-scale")) ?? null,
    area: parameters.get("model-area"),
    colour: COLOURS.find((known) => known === parameters.get("model-colour")) ?? null,
    zoom: parameters.get("model-zoom"),
  };
}

function placeOf(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

export const { fields: modelFields, change: changeModel } = slice<ModelLinkState>({
  parameters: MODEL_PARAMETERS,
  encode: encodeModel,
  decode: decodeModel,
  steps: ["run", "graph", "drawing", "phase", "measured", "selected", "zoom"],
});
