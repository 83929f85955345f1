/** The parameters of the link that the view owns. */
export const MODEL_PARAMETERS = [
  "model-run",
  "graph",
  "drawing",
  "phase",
  "model-measured",
  "cost",
  "model-selected",
  "model-query",
  "model-scale",
  "model-area",
  "model-colour",
  "model-zoom",
] as const;
