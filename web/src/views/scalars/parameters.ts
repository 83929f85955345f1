/** The parameters of the link that the scalars view owns: of the registry, and of the slice once it is loaded. */

export const CHART_PARAMETERS = [
  ...["line", "band", "smooth", "step", "relative", "wall", "tag", "own-x", "own-y", "x", "y", "outliers"],
  ...["best", "superseded", "details", "large", "pin", "chart"],
] as const;
