/** The requests of `tests/contract/requests.json` as the page's types have them. */

import type { ExtremesRequest } from "./extremes";
import type { GroupsRequest } from "./groups";
import type { HistogramsRequest } from "./histograms";
import type { LayerCellRequest, LayerMapRequest, LayerRowRequest } from "./layers";
import type { ModelChoice } from "./model";
import type { CurveAreasRequest } from "./pr_curves";
import type { ChartRequest } from "./scalars";
import type { Translation } from "./translate";
import type { ValuesRequest } from "./values";

const WHOLE = { axis: "step", scale: "linear", range: null, pixels: 32, smoothing: null } as const;
export const CHARTS: ChartRequest[] = [
  { tag: "t0", runs: ["r0", "r1"], ...WHOLE },
  {
    tag: "t0",
    runs: ["r0"],
    axis: "relative",
    scale: "linear",
    range: [10, 40],
    pixels: 32,
    smoothing: { kind: "ema", amount: 0.5 },
  },
];
export const MODEL: ModelChoice = { run: "r0", graph: "56638256b61e", phase: "forward" };
export const STRETCHES: ExtremesRequest[] = [
  {
    ...{ tag: "t0", runs: ["r0", "r1"], axis: "step", near: 52.4 },
    bucket: { scale: "linear", level: 3, number: 6 },
  },
  { tag: "t0", runs: ["r1"], axis: "relative", range: [10, 40] },
];
export const GROUPED: GroupsRequest[] = [{ tag: "t0", groups: [["r0", "r1"], ["r1"]], ...WHOLE }];
export const TRANSLATION: Translation = {
  tag: "t0",
  runs: ["r0"],
  from: "step",
  to: "relative",
  range: [10, 20],
};
export const AT: ValuesRequest = {
  tags: ["v0", "v1"],
  runs: ["r0", "r1"],
  at: { axis: "step", x: 12 },
  values: true,
};
export const OVER_STEPS: HistogramsRequest = { tag: "v6", run: "r0", most: 100, bins: 64, from: 0 };
export const CURVES_AT: ValuesRequest = { ...AT, tags: ["v7"] };
const GRADIENTS = { run: "r0", prefix: "watch", kind: "gradient" };
export const LAYER_MAP: LayerMapRequest = {
  ...GRADIENTS,
  ...{ statistic: "rms", of: "worst", against: "nothing", range: [0, 99], pixels: 32 },
  rows: [[0], [1], [0, 1]],
};
export const LAYER_ROW: LayerRowRequest = {
  ...{ run: "r0", prefix: "watch", kind: "weight" },
  ...{ row: 1, range: null, pixels: 32 },
};
export const LAYER_CELL: LayerCellRequest = { ...GRADIENTS, rows: [0, 1], range: [80, 95] };
export const AREAS: CurveAreasRequest = { tag: "v7", run: "r0", most: 100, from: 0, curves: true };
