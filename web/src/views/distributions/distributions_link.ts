/** How distributions are shown: the view's part of the link. */

import { slice } from "../../state/link";
import { DISTRIBUTION_PARAMETERS } from "./parameters";

/** Ridges one behind the other, or all on one line; counts as colours; shares as bands; one step as bars. */
export const FORMS = ["ridgeline", "overlay", "heat", "bands", "step"] as const;
export type Form = (typeof FORMS)[number];

export interface DistributionsState {
  form: Form;
  /** Whether counts are drawn by their logarithm, and values by symlog. */
  hasLogCounts: boolean;
  hasLogValues: boolean;
  /** Whether values are drawn from the lowest to the highest; else those far off are in the bins at the ends. */
  isWhole: boolean;
  /** The tag whose card is large; null for none. */
  expanded: string | null;
}

export function encodeDistributions(state: DistributionsState, parameters: URLSearchParams): void {
  if (state.form !== "ridgeline") parameters.set("distributions", state.form);
  if (state.hasLogCounts) parameters.set("log-counts", "yes");
  if (state.hasLogValues) parameters.set("log-values", "yes");
  if (state.isWhole) parameters.set("whole-range", "yes");
  if (state.expanded !== null) parameters.set("large-distribution", state.expanded);
}

export function decodeDistributions(parameters: URLSearchParams): DistributionsState {
  return {
    form: FORMS.find((known) => known === parameters.get("distributions")) ?? "ridgeline",
    hasLogCounts: parameters.get("log-counts") === "yes",
    hasLogValues: parameters.get("log-values") === "yes",
    isWhole: parameters.get("whole-range") === "yes",
    expanded: parameters.get("large-distribution"),
  };
}

export const { fields: distributionFields, change: changeDistributions } = slice<DistributionsState>({
  parameters: DISTRIBUTION_PARAMETERS,
  encode: encodeDistributions,
  decode: decodeDistributions,
  steps: ["expanded"],
});
