/** The name of the view in links, and the kinds of records that a graph is read from, as the registry of views has them. */

export const VIEW_NAME = "model";
export const MODEL_KINDS = [
  "cutaway_model",
  "graph",
  "meta_graph",
  "graph_run_metadata_graph",
  "graph_keras_model",
] as const;
