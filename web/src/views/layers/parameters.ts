/** The parameters of the link that the layers view owns: of the registry, and of the slice once it is loaded. */

export const LAYERS_PARAMETERS = [
  ...(["layers-run", "layers-kind", "layers-statistic", "layers-cell", "layers-against"] as const),
  ...(["layers-range", "layers-row", "layers-turned", "layers-curve"] as const),
] as const;
