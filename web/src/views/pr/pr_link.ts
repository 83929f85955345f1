/** How precision-recall curves are shown: the view's part of the link. */

import { slice } from "../../state/link";
import { PR_PARAMETERS } from "./parameters";

/** Curves at the place: precision over recall, or true- over false-positive rate. The areas below either, over steps. */
export const FORMS = ["pr", "roc", "ap", "auc"] as const;
export type Form = (typeof FORMS)[number];

export interface PrState {
  form: Form;
  /** The threshold that is marked on all curves, in [0, 1]; null for none. */
  threshold: number | null;
  /** The step whose curves those at the place are compared with; null for none. */
  against: number | null;
  /** The tag whose card is large; null for none. */
  expanded: string | null;
}

export function encodePr(state: PrState, parameters: URLSearchParams): void {
  const { form, threshold, against, expanded } = state;
  if (form !== "pr") parameters.set("pr", form);
  if (threshold !== null) parameters.set("pr-threshold", String(threshold));
  if (against !== null) parameters.set("pr-against", String(against));
  if (expanded !== null) parameters.set("large-pr", expanded);
}

export function decodePr(parameters: URLSearchParams): PrState {
  const threshold = parameters.get("pr-threshold") ?? "";
  const against = parameters.get("pr-against") ?? "";
  const isNumber = /^\d(?:\.\d{1,20})?(?:e-\d{1,3})?$/u.test(threshold);
  return {
    form: FORMS.find((known) => known === parameters.get("pr")) ?? "pr",
    threshold: isNumber && Number(threshold) <= 1 ? Number(threshold) : null,
    against: /^-?\d{1,19}$/u.test(against) ? Number(against) : null,
    expanded: parameters.get("large-pr"),
  };
}

export const { fields: prFields, change: changePr } = slice<PrState>({
  parameters: PR_PARAMETERS,
  encode: encodePr,
  decode: decodePr,
  steps: ["expanded"],
});
