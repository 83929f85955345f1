/** The runs view's parameters of the link. */

export const RUNS_PARAMETERS = ["metric", "metric-of", "plot", "plot-colour", "brush", "run"] as const;
