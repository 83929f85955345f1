/** `GET ./api/histograms`: a tag's histograms over the steps of one run (docs/http-api.md, "Everything else"). */

import { type Column, decodeFrame } from "./frame";
import { request } from "./request";

export interface HistogramsRequest {
  /** Ids. */
  tag: string;
  run: string;
  /** No more histograms than these are sent, spread evenly. */
  most: number;
  /** Equal parts of a histogram's width in which neighbouring bins are joined; null for the recorded bins. */
  bins: number | null;
  /** The first row that is asked for. */
  from: number;
}

export interface DamagedHistogram {
  row: number;
  step: number;
  problem: string;
}

/** Histograms, one for each row; those that cannot be read are left out. */
export interface HistogramRows {
  revision: number;
  /** How many were recorded. */
  values: number;
  /** The shares of `quantile`. */
  shares: number[];
  /** Some of those that cannot be read, and how many these are. */
  damaged: DamagedHistogram[];
  damagedCount: number;
  /** The index of each among all that were recorded. */
  row: Column;
  step: Column;
  /** Seconds since the epoch. */
  wallTime: Column;
  /** Where the bins of each row begin among the columns of bins, and where the last ones end: one more than rows. */
  start: Column;
  left: Column;
  right: Column;
  count: Column;
  /** 1 where numbers were not finite and the file does not say how many. */
  isNotFinite: Column;
  nan: Column;
  posInf: Column;
  negInf: Column;
  /** For each row and share, below which number that share of the values is; NaN without any values. */
  quantile: Column;
}

export async function fetchHistograms(asked: HistogramsRequest): Promise<HistogramRows> {
  const { tag, run, most, bins, from } = asked;
  const parameters = new URLSearchParams({ tag, run, most: String(most) });
  if (bins !== null) parameters.set("bins", String(bins));
  parameters.set("from", String(from));
  const response = await request(`./api/histograms?${parameters}`);
  return decodeHistograms(await response.arrayBuffer());
}

const COLUMNS = [
  ...["row", "step", "wall_time", "bins", "left", "right", "count"],
  ...["not_finite", "nan", "pos_inf", "neg_inf", "quantile"],
];

/** Read the frame of an answer. Throws when it is not one. */
export function decodeHistograms(buffer: ArrayBuffer): HistogramRows {
  const { header, columns } = decodeFrame(buffer);
  for (const name of COLUMNS)
    if (columns[name] === undefined) throw new Error(`the answer has no column ${name}`);
  const { bins } = columns;
  const start = new Uint32Array(bins.length + 1);
  for (let i = 0; i < bins.length; i++) start[i + 1] = start[i] + bins[i];
  if (start[bins.length] !== columns.left.length)
    throw new Error(`the rows of the answer have ${start[bins.length]} bins, not ${columns.left.length}`);
  return {
    revision: header.revision as number,
    values: header.values as number,
    shares: header.shares as number[],
    damaged: header.damaged as DamagedHistogram[],
    damagedCount: header.damaged_count as number,
    ...{ row: columns.row, step: columns.step, wallTime: columns.wall_time, start },
    ...{ left: columns.left, right: columns.right, count: columns.count },
    isNotFinite: columns.not_finite,
    ...{ nan: columns.nan, posInf: columns.pos_inf, negInf: columns.neg_inf, quantile: columns.quantile },
  };
}
