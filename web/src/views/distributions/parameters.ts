/** The parameters of the link that the distributions view owns: of the registry, and of the slice once it is loaded. */

export const DISTRIBUTION_PARAMETERS = [
  "distributions",
  "log-counts",
  "log-values",
  "whole-range",
  "large-distribution",
] as const;
