/** What is shown of a watch, and how: the view's part of the link. */

import { decodeRange, type Range } from "../../series/axis";
import { slice } from "../../state/link";
import { LAYERS_PARAMETERS } from "./parameters";

/** What stands for the logging steps of a cell. */
export const CELLS = ["worst", "mean"] as const;
export type Cell = (typeof CELLS)[number];
/** What a value is compared with: nothing, or the median of its own row. */
export const AGAINST = ["nothing", "median"] as const;
export type Against = (typeof AGAINST)[number];

export interface LayersState {
  /** The name of a run; null for the first one that has a watch. */
  run: string | null;
  /** Prefix and kind, as `watch/gradient`; null for the gradients, or the first there is. */
  kind: string | null;
  statistic: string;
  cell: Cell;
  against: Against;
  /** Steps; null for all. */
  range: Range | null;
  /** The key of the line that is selected; null for none. */
  row: string | null;
  /** Keys of groups that are open where they are closed at first, or closed where they are open. */
  turned: ReadonlySet<string>;
  /** The name of the scalar above the map; null for the first loss, empty for none. */
  curve: string | null;
}

export function encodeLayers(state: LayersState, parameters: URLSearchParams): void {
  if (state.run !== null) parameters.set("layers-run", state.run);
  if (state.kind !== null) parameters.set("layers-kind", state.kind);
  if (state.statistic !== "rms") parameters.set("layers-statistic", state.statistic);
  if (state.cell !== CELLS[0]) parameters.set("layers-cell", state.cell);
  if (state.against !== AGAINST[0]) parameters.set("layers-against", state.against);
  if (state.range !== null) parameters.set("layers-range", state.range.join(","));
  if (state.row !== null) parameters.set("layers-row", state.row);
  for (const key of state.turned) parameters.append("layers-turned", key);
  if (state.curve !== null) parameters.set("layers-curve", state.curve);
}

export function decodeLayers(parameters: URLSearchParams): LayersState {
  return {
    run: parameters.get("layers-run"),
    kind: parameters.get("layers-kind"),
    statistic: parameters.get("layers-statistic") ?? "rms",
    cell: CELLS.find((known) => known === parameters.get("layers-cell")) ?? CELLS[0],
    against: AGAINST.find((known) => known === parameters.get("layers-against")) ?? AGAINST[0],
    range: decodeRange(parameters.get("layers-range")),
    row: parameters.get("layers-row"),
    turned: new Set(parameters.getAll("layers-turned")),
    curve: parameters.get("layers-curve"),
  };
}

export const { fields: layersFields, change: changeLayers } = slice<LayersState>({
  parameters: LAYERS_PARAMETERS,
  encode: encodeLayers,
  decode: decodeLayers,
  steps: ["run", "kind", "range", "row", "turned"],
});
