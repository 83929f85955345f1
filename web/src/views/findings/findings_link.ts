/** Which findings are listed: the findings view's part of the link. */

import { SEVERITIES, type Severity } from "../../api/findings";
import { slice } from "../../state/link";
import { FINDINGS_PARAMETERS } from "./parameters";

export interface FindingsState {
  /** The severities that are listed. */
  severities: readonly Severity[];
  /** The name of the one rule that is listed; empty for all. */
  rule: string;
}

/** What there is not enough data to say is listed on request. */
export const USUAL: readonly Severity[] = ["error", "warning", "info"];

export function encodeFindings({ severities, rule }: FindingsState, parameters: URLSearchParams): void {
  if (String(severities) !== String(USUAL)) parameters.set("severity", severities.join(","));
  if (rule !== "") parameters.set("rule", rule);
}

export function decodeFindings(parameters: URLSearchParams): FindingsState {
  const given = parameters.get("severity")?.split(",");
  return {
    severities: given === undefined ? USUAL : SEVERITIES.filter((severity) => given.includes(severity)),
    rule: parameters.get("rule") ?? "",
  };
}

export const { fields: findingsFields, change: changeFindings } = slice<FindingsState>({
  parameters: FINDINGS_PARAMETERS,
  encode: encodeFindings,
  decode: decodeFindings,
});
