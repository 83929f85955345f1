/** What the page reads in each of the server's answers: the fields and their types, which the compiler holds to the interfaces. */

import type { Axis, Range, Scale } from "../series/axis";
import type { Between } from "../series/line";
import {
  anything,
  byName,
  type Check,
  column,
  either,
  fields,
  list,
  number,
  orNull,
  some,
  text,
  truth,
  tuple,
  word,
} from "./answer_checks";
import type { Catalogue, Change, Loading, Run, RunChange, Tag } from "./catalogue";
import type { ExtremesAnswer, NotFinite, RecordedPoint, SegmentExtremes } from "./extremes";
import type { EventFile } from "./files";
import { type Finding, type Rule, type RunFindings, SEVERITIES } from "./findings";
import type { GroupLine, GroupsAnswer } from "./groups";
import type { DamagedHistogram, HistogramRows } from "./histograms";
import type { KindInfo } from "./kinds";
import type {
  Band,
  LayerCell,
  LayerKind,
  LayerMap,
  LayerProblem,
  LayerRow,
  Magnitudes,
  RunLayers,
  Spread,
} from "./layers";
import type { Category, LayoutChart } from "./layouts";
import type { CurveAreas, DamagedCurve, RecordedCurve } from "./pr_curves";
import type { Experiment, LooseNumber, RunRow, Session } from "./runs";
import type { KindSteps } from "./steps";
import type { DecodedValue, ValueSeries, ValuesAnswer } from "./values";

export const STEPS = fields<KindSteps>({ kind: text, count: number, steps: list(number) });

const RUN_CHANGE = {
  id: text,
  points: number,
  revision: number,
  table_revision: number,
  kinds: byName(number),
  first_wall_time: orNull(number),
  last_wall_time: orNull(number),
  last_step: orNull(number),
  attempts: number,
  damaged_bytes: number,
  unread: truth,
};
const RUN = fields<Run>({ ...RUN_CHANGE, name: text, color: number });
const TAG = fields<Tag>({ id: text, name: text, kind: text, runs: some(text) });
const LOADING = fields<Loading>({
  done: truth,
  files: number,
  bytes: number,
  bytes_read: number,
  points: number,
  stalled_since: orNull(number),
  unread: number,
  budget: orNull(number),
});
export const CATALOGUE = fields<Catalogue>({
  version: text,
  kernel: word("native", "pure"),
  revision: number,
  logdir: fields<Catalogue["logdir"]>({
    path: text,
    state: word("missing", "unreadable", "empty", "ready"),
    detail: text,
  }),
  loading: LOADING,
  runs: some(RUN),
  tags: some(TAG),
  damage: some(fields<Catalogue["damage"][0]>({ run: text, file: text, offset: number, bytes: number })),
  unfinished: some(
    fields<Catalogue["unfinished"][0]>({
      run: text,
      file: text,
      offset: number,
      bytes: number,
      modified: number,
    }),
  ),
  unreadable: some(
    fields<Catalogue["unreadable"][0]>({ run: orNull(text), file: text, reason: text, is_foreign: truth }),
  ),
  malformed: some(fields<Catalogue["malformed"][0]>({ run: text, file: text, records: number })),
});
export const CHANGE = fields<Change>({
  revision: number,
  structure: truth,
  loading: LOADING,
  runs: some(fields<RunChange>(RUN_CHANGE)),
});
const LOOSE: Check<LooseNumber> = either(number, word("NaN", "Infinity", "-Infinity"));
export const RUN_ROW = fields<RunRow>({
  id: text,
  revision: number,
  state: word("running", "finished", "stalled"),
  start: orNull(number),
  end: orNull(number),
  points: number,
  bytes: number,
  damaged_bytes: number,
  hparams: byName(anything),
  hparams_left_out: number,
  session: orNull(
    fields<Session>({
      status: word("success", "failure", "running", "unknown"),
      group: text,
      start: orNull(number),
      end: orNull(number),
      model_uri: text,
      monitor_url: text,
    }),
  ),
  joined: list(text),
  joined_to: orNull(text),
  scalars: byName(
    tuple<[number, LooseNumber, number | null, number | null]>(number, LOOSE, orNull(number), orNull(number)),
  ),
  not_finite: byName(tuple<[number, LooseNumber, boolean]>(number, LOOSE, truth)),
});
export const EXPERIMENT = fields<Experiment>({
  hparams: byName(
    fields<Experiment["hparams"][string]>({
      display_name: text,
      description: text,
      values: orNull(list(either(either(number, text), truth))),
      interval: orNull(tuple<[LooseNumber, LooseNumber]>(LOOSE, LOOSE)),
    }),
  ),
  metrics: list(
    fields<Experiment["metrics"][0]>({ group: text, tag: text, display_name: text, description: text }),
  ),
});
export const EVENT_FILE = fields<EventFile>({
  id: text,
  run: text,
  name: text,
  bytes: number,
  bytes_read: number,
  points: number,
  values: byName(number),
  unknown: list(text),
  malformed: number,
  damaged_bytes: number,
  unreadable: text,
  first_wall_time: orNull(number),
  last_wall_time: orNull(number),
  modified: number,
});
const LOOSE_OR_NULL = orNull(either(number, word("NaN", "Infinity", "-Infinity")));
const FINDING = fields<Finding>({
  rule: text,
  severity: word(...SEVERITIES),
  sentence: text,
  first_step: number,
  last_step: number,
  rows: list(text),
  row_count: number,
  kind: text,
  value: LOOSE_OR_NULL,
  threshold: LOOSE_OR_NULL,
  wall_time: LOOSE_OR_NULL,
  is_first_of_layers: truth,
});
export const RUN_FINDINGS = fields<RunFindings>({
  run: text,
  change: number,
  left_out: number,
  findings: some(FINDING),
});
export const RULE = fields<Rule>({ name: text, title: text, meaning: text, formula: text, statistic: text });
export const KIND = fields<KindInfo>({
  name: text,
  title: text,
  plugin: text,
  of_run: truth,
  on_steps: truth,
  media: truth,
  known: truth,
  records: number,
  runs: byName(number),
});
export const CATEGORY = fields<Category>({
  title: text,
  closed: truth,
  charts: some(
    fields<LayoutChart>({
      title: text,
      tags: list(text),
      margins: list(tuple<[string, string, string]>(text, text, text)),
    }),
  ),
});
const AXIS: Check<Axis> = word("step", "aligned", "relative", "training", "wall", "tag");
const BETWEEN: Check<Between> = word("held", "interpolated", "joined");
const SCALE: Check<Scale> = word("linear", "log", "symlog");
const RANGE = tuple<Range>(number, number);
export const GROUPS = fields<GroupsAnswer>({
  revision: number,
  charts: some(
    fields<GroupsAnswer["charts"][0]>({
      tag: text,
      pending: list(text),
      axis: AXIS,
      scale: SCALE,
      groups: some(
        fields<GroupLine>({
          size: number,
          between: list(BETWEEN),
          leftOut: number,
          isApproximate: truth,
          recorded: number,
          grid: fields<GroupLine["grid"]>({
            scale: SCALE,
            level: number,
            origin: number,
            range: orNull(RANGE),
          }),
          bucket: column,
          runs: column,
          mean: column,
          median: column,
          min: column,
          max: column,
          lowest_mean: column,
          highest_mean: column,
          deviation: column,
          error: column,
          confidence: column,
          mark_bucket: column,
          mark_run: column,
          mark_nan: column,
          mark_pos_inf: column,
          mark_neg_inf: column,
          marked: some(text),
        }),
      ),
    }),
  ),
});
const POINT = fields<RecordedPoint>({ x: number, step: number, wall_time: LOOSE, value: LOOSE });
const NOT_FINITE = fields<NotFinite>({ count: number, first: orNull(POINT) });
export const HISTOGRAMS = fields<HistogramRows>({
  ...{ revision: number, values: number, shares: list(number), damagedCount: number },
  damaged: list(fields<DamagedHistogram>({ row: number, step: number, problem: text })),
  ...{ row: column, step: column, wallTime: column, start: column, left: column, right: column },
  ...{ count: column, isNotFinite: column, nan: column, posInf: column, negInf: column, quantile: column },
});
export const CURVE = fields<RecordedCurve>({
  ...{ truePositives: column, falsePositives: column, trueNegatives: column, falseNegatives: column },
  ...{ precision: column, recall: column, isUsable: column, unusable: text },
  ...{ averagePrecision: orNull(number), rocAuc: orNull(number) },
});
export const CURVE_AREAS = fields<CurveAreas>({
  ...{ revision: number, values: number, damagedCount: number },
  damaged: list(fields<DamagedCurve>({ row: number, step: number, problem: text })),
  ...{ row: column, step: column, wallTime: column, averagePrecision: column, rocAuc: column },
  curves: some(CURVE),
});
export const EXTREMES = fields<ExtremesAnswer>({
  revision: number,
  charts: some(
    fields<ExtremesAnswer["charts"][0]>({
      tag: text,
      series: some(
        fields<SegmentExtremes>({
          run: text,
          segment: number,
          count: number,
          min: orNull(POINT),
          max: orNull(POINT),
          nan: NOT_FINITE,
          pos_inf: NOT_FINITE,
          neg_inf: NOT_FINITE,
          near: orNull(POINT),
        }),
      ),
    }),
  ),
});
export const VALUES = fields<ValuesAnswer>({
  revision: number,
  series: some(
    fields<ValueSeries>({
      tag: text,
      run: text,
      kind: text,
      step: column,
      wallTime: column,
      bytes: column,
      at: orNull(number),
      value: orNull(
        fields<DecodedValue>({
          step: number,
          kind: text,
          value: anything,
          left_out: fields<DecodedValue["left_out"]>({ items: number, characters: number }),
        }),
      ),
      problem: text,
    }),
  ),
});

const LAYER_KIND = fields<LayerKind>({
  ...{ prefix: text, kind: text, layout: text, rows: some(text), classes: some(text) },
  ...{ numel: some(number), sampled: some(number), dtypes: some(text), exact_extremes: truth },
  ...{ model_tag: text, rank: number, world: number, reduced: truth, statistics: some(text) },
  ...{ count: number, steps: orNull(tuple(number, number)), magnitudes: number, damaged: number },
});
export const LAYERS = fields<RunLayers>({
  ...{ revision: number, run: text, kinds: some(LAYER_KIND) },
  problems: some(fields<LayerProblem>({ tag: text, problem: text })),
});
const BUCKETS = { first: column, last: column, count: column, marks: column };
export const LAYER_MAP_SHAPE = fields<LayerMap>({
  ...{ revision: number, layout: text, level: number, rows: number, buckets: number },
  ...{ ...BUCKETS, value: column },
});
export const LAYER_ROW_SHAPE = fields<LayerRow>({
  ...{ revision: number, layout: text, row: number, level: number, buckets: number, ...BUCKETS },
  bands: byName(fields<Band>({ least: column, mean: column, greatest: column })),
  magnitudes: fields<Magnitudes>({
    ...{ first: column, last: column, counts: column, bins: number, lowestExponent: number },
  }) as Check<Magnitudes | null>,
});
export const LAYER_CELL_SHAPE = fields<LayerCell>({
  ...{ revision: number, layout: text, count: number },
  ...{ first: orNull(number), last: orNull(number), elements: byName(number) },
  ...{ wall_time: LOOSE_OR_NULL, start: LOOSE_OR_NULL },
  statistics: byName(fields<Spread>({ least: LOOSE, mean: LOOSE, greatest: LOOSE })),
});
