/** The parameters of the link that the scalars view owns: of the registry, and of the slice once it is loaded. */

export const CHART_PARAMETERS = [
  ...["line", "band", "smooth", "own-x", "own-y", "x", "y", "outliers"],
  ...["step", "aligned", "relative", "training", "wall", "tag"],
  ...["best", "superseded", "details", "large", "pin", "chart"],
] as const;
