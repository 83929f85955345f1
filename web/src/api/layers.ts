/** `./api/layers`: what a watch measured of a model's layers (docs/http-api.md, "Layers"). */

import type { Range } from "../series/axis";
import { type Column, decodeFrame } from "./frame";
import { post, request } from "./request";
import type { LooseNumber } from "./runs";

/** What was measured of one kind (`gradient`) in one run. All lists of rows have one element a row. */
export interface LayerKind {
  prefix: string;
  kind: string;
  /** Another text for other rows. */
  layout: string;
  rows: string[];
  classes: string[];
  numel: number[];
  sampled: number[];
  dtypes: string[];
  exact_extremes: boolean;
  model_tag: string;
  rank: number;
  world: number;
  reduced: boolean;
  /** The names of the statistics that it has. */
  statistics: string[];
  /** Logging steps, and the first and the last of them. */
  count: number;
  steps: Range | null;
  /** Logging steps with magnitudes. */
  magnitudes: number;
  /** Records that do not fit their layout. */
  damaged: number;
}

export interface LayerProblem {
  tag: string;
  problem: string;
}

export interface RunLayers {
  revision: number;
  run: string;
  kinds: LayerKind[];
  problems: LayerProblem[];
}

/** One kind of one watch: `run` is an id. */
export interface LayerSeries {
  run: string;
  prefix: string;
  kind: string;
}

export interface LayerMapRequest extends LayerSeries {
  statistic: string;
  of: "worst" | "mean";
  against: "nothing" | "median";
  range: Range | null;
  /** Instead of a range: the last logging step at this step or before it. */
  at?: number;
  pixels: number;
  /** Groups of rows by their numbers; each is a row of the map. */
  rows: number[][];
}

/** What is marked in a cell, whatever statistic it shows. */
export const HAS_NAN = 1;
export const HAS_POS_INF = 2;
export const HAS_NEG_INF = 4;
export const MEASURED = 8;
export const HAS_NONZERO = 16;

/** Columns of a chart's buckets: those with logging steps. */
export interface StepBuckets {
  /** The first and the last logging step of each, and how many it has. */
  first: Column;
  last: Column;
  count: Column;
}

export interface LayerMap extends StepBuckets {
  revision: number;
  layout: string;
  level: number;
  /** Rows of the map, and buckets of each. */
  rows: number;
  buckets: number;
  /** By row, then by bucket; NaN where there is none. */
  value: Column;
  marks: Column;
}

export interface LayerRowRequest extends LayerSeries {
  row: number;
  range: Range | null;
  pixels: number;
}

/** A statistic in each bucket. */
export interface Band {
  least: Column;
  mean: Column;
  greatest: Column;
}

/** Counts of elements by magnitude: bin b of each bucket has those with floor(log2|x|) = b + lowestExponent. */
export interface Magnitudes {
  first: Column;
  last: Column;
  /** By bucket, then by bin. */
  counts: Column;
  bins: number;
  lowestExponent: number;
}

export interface LayerRow extends StepBuckets {
  revision: number;
  layout: string;
  row: number;
  level: number;
  buckets: number;
  marks: Column;
  bands: Record<string, Band>;
  /** Null where none were recorded. */
  magnitudes: Magnitudes | null;
}

export interface Spread {
  least: LooseNumber;
  mean: LooseNumber;
  greatest: LooseNumber;
}

export interface LayerCellRequest extends LayerSeries {
  rows: number[];
  range: Range;
}

export interface LayerCell {
  revision: number;
  layout: string;
  first: number | null;
  last: number | null;
  count: number;
  /** When the first logging step was recorded, and the first of all: seconds since the epoch. */
  wall_time: LooseNumber | null;
  start: LooseNumber | null;
  statistics: Record<string, Spread>;
  /** Elements of all rows and logging steps together: zeros, nan, pos_inf, neg_inf. */
  elements: Record<string, number>;
}

export async function fetchLayers(run: string): Promise<RunLayers> {
  const response = await request(`./api/layers?${new URLSearchParams({ run })}`);
  return (await response.json()) as RunLayers;
}

export async function fetchLayerMap(
  asked: LayerMapRequest,
  signal: AbortSignal | null = null,
): Promise<LayerMap> {
  const response = await post("./api/layers/map", asked, signal);
  return decodeLayerMap(await response.arrayBuffer());
}

export async function fetchLayerRow(asked: LayerRowRequest): Promise<LayerRow> {
  const response = await post("./api/layers/row", asked);
  return decodeLayerRow(await response.arrayBuffer());
}

export async function fetchLayerCell(
  asked: LayerCellRequest,
  signal: AbortSignal | null = null,
): Promise<LayerCell> {
  const response = await post("./api/layers/cell", asked, signal);
  return (await response.json()) as LayerCell;
}

/** The path of the module that a row is of: without its call and output, or without the parameter's name. */
export function moduleOfRow(row: string, kind: string): string {
  if (kind === "activation") return row.replace(/(?:#\d+)?(?:\[[^\]]*\])?$/u, "");
  return row.includes(".") ? row.slice(0, row.lastIndexOf(".")) : "";
}

function checked(columns: Record<string, Column>, names: readonly string[]): void {
  for (const name of names)
    if (columns[name] === undefined) throw new Error(`the answer has no column ${name}`);
}

/** Read the frame of a map. Throws when it is not one. */
export function decodeLayerMap(buffer: ArrayBuffer): LayerMap {
  const { header, columns } = decodeFrame(buffer);
  checked(columns, ["first", "last", "count", "value", "marks"]);
  const [rows, buckets] = [header.rows as number, header.buckets as number];
  if (columns.value.length !== rows * buckets || columns.first.length !== buckets)
    throw new Error(`the answer has ${columns.value.length} cells, not ${rows} × ${buckets}`);
  return {
    ...{ revision: header.revision as number, layout: header.layout as string },
    ...{ level: header.level as number, rows, buckets },
    ...{ first: columns.first, last: columns.last, count: columns.count },
    ...{ value: columns.value, marks: columns.marks },
  };
}

/** Read the frame of a row. Throws when it is not one. */
export function decodeLayerRow(buffer: ArrayBuffer): LayerRow {
  const { header, columns } = decodeFrame(buffer);
  checked(columns, ["first", "last", "count", "marks"]);
  const bands: Record<string, Band> = {};
  for (const name of header.statistics as string[]) {
    const names = ["least", "mean", "greatest"].map((part) => `${name}_${part}`);
    checked(columns, names);
    const [least, mean, greatest] = names.map((name) => columns[name]);
    bands[name] = { least, mean, greatest };
  }
  return {
    ...{ revision: header.revision as number, layout: header.layout as string },
    ...{ row: header.row as number, level: header.level as number, buckets: header.buckets as number },
    ...{ first: columns.first, last: columns.last, count: columns.count, marks: columns.marks },
    bands,
    magnitudes: magnitudesOf(columns, header.lowest_exponent as number),
  };
}

function magnitudesOf(columns: Record<string, Column>, lowestExponent: number): Magnitudes | null {
  const { magnitude_first: first, magnitude_last: last, magnitude: counts } = columns;
  if (first === undefined || last === undefined || counts === undefined) return null;
  const bins = first.length === 0 ? 0 : counts.length / first.length;
  return { first, last, counts, bins, lowestExponent };
}
