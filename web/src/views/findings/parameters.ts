/** The parameters of the findings view in the link. */

export const FINDINGS_PARAMETERS = ["severity", "rule"] as const;
