/** The runs view's parameters of the link. */

export const RUNS_PARAMETERS = ["metric", "metric-of"] as const;
